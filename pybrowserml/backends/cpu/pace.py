"""Which launches of an executable are worth sharing out among threads, found out by running.

Where pieces take a fraction of a millisecond, or other programs use the processor too, threads may cost more than they
save; how much depends on the machine, the browser and its load. Since they change no bit of a result, an executable
tries with and without them in some runs, in turn, and keeps the one whose runs take least: by their median, since
what a busy processor does to threads is to make some runs very long.
"""

from .launch import split

# The ways: how many times as much as the least that is worth it a launch takes to be shared out.
NEVER = 1e9
WAYS = [1.0, NEVER]
# Runs before the trial: threads prepare launches at first, and their code is made faster while it runs.
WARM = 20
# Runs of each way before one is chosen, and of the chosen one before all are tried again.
TRIES = 3
KEPT = 300
# A way that takes so many times what another one takes, in the best of some runs, is not tried again.
HOPELESS = 1.25
HEARD = 2
# Nanoseconds of a launch from which on nothing is tried: who computes with more threads gets more of a busy processor.
LONG = 2000000.0
# One that shares more has to be so much faster than one that shares less.
GAIN = 0.97


class Pace:
    """The way of the next run of an executable with threads. cost: nanoseconds that a launch takes that they may share
    out, in the mean.
    """

    def __init__(self, cost):
        self.is_sure = cost >= LONG
        # Runs since the trial began.
        self.turn = -WARM
        self.chosen = 0
        self.samples = [[] for _way in WAYS]

    def way(self):
        """One of WAYS."""
        return WAYS[self.chosen]

    def is_trying(self):
        """Whether no way is chosen yet."""
        return not self.is_sure and self.turn < TRIES * len(WAYS)

    def ran(self, milliseconds):
        """Note what the run took."""
        if self.is_sure:
            return None
        if self.turn < 0:
            self.turn += 1
        elif self.is_trying():
            self.samples[self.chosen].append(milliseconds)
            self._next()
        elif self.turn < TRIES * len(WAYS) + KEPT:
            self.turn += 1
        else:
            self.turn = 0
            self.chosen = 0
            self.samples = [[] for _way in WAYS]
        return None

    def _next(self):
        """The next way to try, or the best of all."""
        self.turn += 1
        while self.is_trying() and self._is_hopeless(self.samples[self.turn % len(WAYS)]):
            self.turn += 1
        if self.is_trying():
            self.chosen = self.turn % len(WAYS)
            return None
        self.chosen = len(WAYS) - 1
        for way in range(len(WAYS) - 2, -1, -1):
            if _median(self.samples[way]) < GAIN * _median(self.samples[self.chosen]):
                self.chosen = way
        return None

    def _is_hopeless(self, samples):
        if len(samples) < HEARD:
            return False
        for others in self.samples:
            if len(others) > 0 and min(samples) > HOPELESS * min(others):
                return True
        return False


def _median(samples):
    return sorted(samples)[split(len(samples), 2) - 1]
