"""Whether the launches of an executable are worth sharing out among threads, found out by running.

Where pieces take a fraction of a millisecond, or other programs use the processor too, threads may cost more than they
save; how much depends on the machine, the browser and its load. Since they change no bit of a result, an executable
tries with and without them in some runs, in turn, and keeps the way whose runs take least: by their median, since
what a busy processor does to threads is to make some runs very long.
"""

from .launch import split

# Runs before the trial: threads prepare launches at first, and their code is made faster while it runs.
WARM = 20
# Runs of each way before one is chosen.
TRIES = 3
# Runs of the chosen one before both are tried again: soon after the first choice, which a busy moment may have made,
# and after twice as many each time that it is confirmed.
FIRST_KEPT = 32
MOST_KEPT = 512
# A way that takes so many times what the other one takes, in the best of some runs, is not tried again.
HOPELESS = 1.25
HEARD = 2
# Nanoseconds of a launch from which on nothing is tried: who computes with more threads gets more of a busy processor.
LONG = 2000000.0
# Sharing has to be so much faster.
GAIN = 0.97


class Pace:
    """How an executable runs next. cost: nanoseconds that a launch takes that threads may share out, in the mean.

    shares: whether they do; chosen: whether they did after the last trial, None before the first; shared, alone:
    milliseconds of the runs of the trial; kept: runs until the next one.
    """

    def __init__(self, cost):
        self.is_sure = cost >= LONG
        self.chosen = None
        self.kept = FIRST_KEPT
        # Runs since the trial began.
        self.turn = -WARM
        self._begin()

    def _begin(self):
        self.shares = True
        self.shared = []
        self.alone = []

    def is_trying(self):
        """Whether no way is chosen yet."""
        return not self.is_sure and self.turn < 2 * TRIES

    def ran(self, milliseconds):
        """Note what the run took."""
        if self.is_sure:
            return None
        if self.turn < 0:
            self.turn += 1
        elif self.is_trying():
            samples = self.shared if self.shares else self.alone
            samples.append(milliseconds)
            self._next()
        elif self.turn < 2 * TRIES + self.kept:
            self.turn += 1
        else:
            self.turn = 0
            self._begin()
        return None

    def _next(self):
        """The next way to try, in turn, or the better one."""
        self.turn += 1
        while self.is_trying() and self._is_hopeless(self.turn % 2 == 0):
            self.turn += 1
        if self.is_trying():
            self.shares = self.turn % 2 == 0
        else:
            self.shares = _median(self.shared) < GAIN * _median(self.alone)
            self.kept = min(2 * self.kept, MOST_KEPT) if self.shares is self.chosen else FIRST_KEPT
            self.chosen = self.shares

    def _is_hopeless(self, shares):
        samples = self.shared if shares else self.alone
        others = self.alone if shares else self.shared
        return len(samples) >= HEARD and len(others) > 0 and min(samples) > HOPELESS * min(others)


def _median(samples):
    return sorted(samples)[split(len(samples), 2) - 1]
