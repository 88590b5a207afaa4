"""A bar for work that is done step by step, with numbers beside it."""

from typing import Any

from ..core.host import host_array
from ..platform.buffers import is_array
from ..platform.console import is_terminal, write_line, write_part
from ..platform.errors import error
from ..platform.numbers import fmt, is_finite, show
from ..platform.tasks import now

BOLD = "\033[1m"
GREEN = "\033[32m"
WHITE = "\033[37m"
PLAIN = "\033[0m"


class Progbar:
    """Shows how far work has come, in one line that is written anew; where that is impossible, when it is done.

    target: the number of steps, None when it is unknown. verbose: 0 nothing, 1 a bar of `width` letters, 2 a line at
    the end. interval: least seconds between two updates. stateful_metrics: names of values to show as they are, of
    others the mean over all steps is; or stateless_metrics: the names of those others. unit_name: of a step.
    """

    def __init__(
        self,
        target,
        width=20,
        verbose=1,
        interval=0.05,
        stateful_metrics=None,
        stateless_metrics=None,
        unit_name="step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise error("ArgumentError", "Progbar: give either stateful_metrics or stateless_metrics")
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.stateful_metrics = stateful_metrics
        self.stateless_metrics = stateless_metrics
        self.unit_name = unit_name
        self.seen = 0
        self.labels = []
        self.sums = []
        self.counts = []
        self.started = now()
        self.first_done: Any = None
        self.last_shown = 0.0
        self.line_length = 0

    def update(self, current, values=None, finalize=None):
        """Show step `current`. values: (name, number) pairs of this step; finalize: whether it is the last, by default
        where it is the target.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for entry in [] if values is None else values:
            self._note(entry[0], entry[1], current, finalize)
        self.seen = current
        time = now()
        step = self._step_seconds(current, time)
        if self.verbose == 1:
            if finalize or (is_terminal() and time - self.last_shown >= self.interval * 1000.0):
                self._show(current, time, step, finalize)
                self.last_shown = time
        elif self.verbose == 2 and finalize and self.target is not None and self.target > 0:
            seconds = fmt((time - self.started) / 1000.0, 0) + "s"
            parts = [self._count(current), seconds, self._step_text(step)]
            parts.extend(self._values())
            write_line(" - ".join(parts))
        return None

    def add(self, n, values=None):
        """Show n more steps."""
        return self.update(self.seen + n, values)

    def _note(self, label, value, current, finalize):
        if label not in self.labels:
            self.labels.append(label)
            self.sums.append(0.0)
            self.counts.append(0.0)
        place = self.labels.index(label)
        number = _mean_of(value)
        stateless = (
            label in self.stateless_metrics
            if self.stateless_metrics is not None
            else self.stateful_metrics is None or label not in self.stateful_metrics
        )
        if not stateless or finalize:
            self.sums[place] = number
            self.counts[place] = 1.0
        else:
            steps = max(current - self.seen, 1)
            self.sums[place] = self.sums[place] + number * steps
            self.counts[place] = self.counts[place] + steps

    def _step_seconds(self, current, time):
        """How long a step takes, that of the first, which prepares much, left out."""
        if current < 1:
            return 0.0
        if self.first_done is not None and current > 1:
            found = (time - self.first_done) / 1000.0 / (current - 1)
        else:
            found = (time - self.started) / 1000.0 / current
        if current == 1:
            self.first_done = time
        return found

    def _count(self, current):
        text = str(current)
        while len(text) < len(str(self.target)):
            text = " " + text
        return text + "/" + str(self.target)

    def _show(self, current, time, step, finalize):
        colours = is_terminal()
        known = self.target is not None and self.target > 0
        plain = ""
        shown = ""
        if known:
            done = min(self.width, int(self.width * current / self.target))
            plain = self._count(current) + " " + filled("━", self.width)
            shown = BOLD + self._count(current) + PLAIN + " " + GREEN + filled("━", done) + PLAIN
            shown = shown + WHITE + filled("━", self.width - done) + PLAIN
        else:
            plain = str(current) + "/Unknown"
            shown = plain
        seconds = (time - self.started) / 1000.0
        if known and not finalize:
            seconds = step * (self.target - current)
        clock = clock_text(seconds)
        rest = " " + self._step_text(step)
        for text in self._values():
            rest = rest + " - " + text
        plain = plain + " " + clock + rest
        if not colours:
            write_line(plain)
            return None
        # What is left of a longer line is written over.
        gap = filled(" ", max(0, self.line_length - len(plain)))
        self.line_length = len(plain)
        write_part("\r" + shown + " " + BOLD + clock + PLAIN + rest + gap + ("\n" if finalize else ""))
        return None

    def _step_text(self, seconds):
        if seconds >= 1 or seconds == 0:
            return fmt(seconds, 0) + "s/" + self.unit_name
        if seconds >= 1e-3:
            return fmt(seconds * 1000.0, 0) + "ms/" + self.unit_name
        return fmt(seconds * 1e6, 0) + "us/" + self.unit_name

    def _values(self):
        found = []
        for i in range(len(self.labels)):
            found.append(self.labels[i] + ": " + value_text(self.sums[i] / max(1.0, self.counts[i])))
        return found


def filled(letter, count):
    text = ""
    for _i in range(count):
        text = text + letter
    return text


def clock_text(seconds):
    """Seconds as 7s, 1:07 or 1:00:07."""
    whole = int(seconds)
    if whole <= 60:
        return str(whole) + "s"
    rest = ":" + _two(whole % 60)
    minutes = whole // 60
    return str(minutes) + rest if minutes < 60 else str(minutes // 60) + ":" + _two(minutes % 60) + rest


def _two(number):
    return str(number) if number > 9 else "0" + str(number)


def value_text(value):
    """A number with four decimals, small ones with their power of ten."""
    size = -value if value < 0 else value
    if not is_finite(value):
        return show(value)
    if size > 1e-3:
        return fmt(value, 4)
    power = 0
    mantissa = value
    while size > 0 and (mantissa if value > 0 else -mantissa) < 0.99995:
        mantissa = mantissa * 10.0
        power = power + 1
    return fmt(mantissa, 4) + ("e-" if power > 0 else "e+") + _two(power)


def _mean_of(value):
    """A number, or the mean of several."""
    if not is_array(value):
        return float(value)
    data = host_array(value, None).data
    total = 0.0
    for number in data:
        total = total + number
    return float(total / len(data)) if len(data) > 0 else 0.0
