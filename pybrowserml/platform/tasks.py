"""Waiting, without knowing who waits.

A function that may wait is a generator: `value = yield thing` waits for `thing`, `yield PAUSE` lets the page breathe,
`yield TURN` lets all that waits in the page go before, for who waits for something to happen there, and
`yield from other()` composes. CPython drives generators synchronously, JavaScript with promises.
"""

import functools
import time
from typing import Any

PAUSE = "pause"
TURN = "turn"


def drive(generator):
    """Run a generator to its end: its value in CPython, a promise of it in JavaScript."""
    value = None
    try:
        while True:
            request = generator.send(value)
            value = None if request is PAUSE or request is TURN else request
    except StopIteration as stop:
        return stop.value


def drive_sync(generator):
    """Run a generator to its end without waiting: a pause gives True at once; in JavaScript a promise is an error."""
    return drive(generator)


def within(generator, milliseconds, give_up, clock):
    """Generator → [True, what another gives], or [False, None]: at its first pause after so many milliseconds of
    `clock()`, `give_up()` says whether it is closed; None: not known yet, it is asked again.
    """
    started = clock()
    asked = False
    value = None
    try:
        while True:
            request = generator.send(value)
            if not asked and clock() - started > milliseconds:
                answer = give_up()
                asked = answer is not None
                if answer:
                    generator.close()
                    return [False, None]
            value = yield request
    except StopIteration as stop:
        return [True, stop.value]


def waits(function) -> Any:
    """Decorator of a public generator function: calling it drives it."""

    @functools.wraps(function)
    def driven(*args, **kwargs) -> Any:
        return drive(function(*args, **kwargs))

    driven.__dict__["generator"] = function
    return driven


def now():
    """Milliseconds on a monotonic clock."""
    return time.perf_counter() * 1000.0


def sleep(milliseconds):
    """To be yielded: go on after the given time."""
    time.sleep(milliseconds / 1000.0)


class Lock:
    """A queue of one at a time: `ticket = yield lock.acquire()`, then `lock.release(ticket)` in a finally."""

    def __init__(self):
        self.held = False

    def acquire(self):
        return None

    def busy(self):
        """True while another task holds the lock."""
        return False

    def release(self, ticket):
        return None
