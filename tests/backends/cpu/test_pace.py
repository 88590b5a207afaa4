"""Whether threads share out launches, found out by running."""

import pytest

from pybrowserml.backends.cpu.pace import FIRST_KEPT, LONG, MOST_KEPT, TRIES, WARM, Pace

WAYS = [True, False]
TRIAL = TRIES * len(WAYS)


def runs(pace, takes, count):
    """The ways of so many runs, which take takes[shares]() milliseconds."""
    ways = []
    for _ in range(count):
        ways.append(pace.shares)
        pace.ran(takes[pace.shares]())
    return ways


def steady(*milliseconds):
    return {way: lambda each=each: each for way, each in zip(WAYS, milliseconds, strict=True)}


@pytest.mark.parametrize("milliseconds", [(5, 9), (6.5, 7), (9, 7), (5, 5), (4.95, 5)])
def test_the_fastest_way_is_kept(milliseconds):
    pace = Pace(100000.0)
    runs(pace, steady(*milliseconds), WARM + TRIAL)
    ways = runs(pace, steady(*milliseconds), FIRST_KEPT - TRIAL)
    best = WAYS[milliseconds.index(min(milliseconds))]
    # A gain of one hundredth is none.
    wanted = False if milliseconds in ((5, 5), (4.95, 5)) else best
    assert set(ways) == {wanted}
    assert not pace.is_trying()


def test_hopeless_ways_are_tried_twice():
    ways = runs(Pace(100000.0), steady(10, 18), WARM + TRIAL)
    assert ways.count(False) == 2


def test_what_becomes_slow_is_left():
    """After some runs all ways are tried again."""
    pace = Pace(100000.0)
    runs(pace, steady(5, 7), WARM + TRIAL)
    assert pace.shares is True
    runs(pace, steady(9, 7), FIRST_KEPT + 1 + TRIAL)
    assert pace.shares is False


def test_a_choice_that_is_confirmed_is_tried_less_often():
    pace = Pace(100000.0)
    ways = runs(pace, steady(5, 6), 100 * FIRST_KEPT)
    assert pace.kept == MOST_KEPT
    assert 0 < ways.count(False) < 15 * TRIES


def test_a_choice_that_changes_is_tried_again_soon():
    pace = Pace(100000.0)
    runs(pace, steady(5, 6), 100 * FIRST_KEPT)
    while pace.shares is not False or pace.is_trying():
        runs(pace, steady(9, 6), 1)
    assert pace.kept == FIRST_KEPT


def test_some_runs_that_are_very_long():
    """Threads are the faster way but for every other run, in which one of them is kept waiting."""
    each = iter([20.0, 5.0] * (WARM + TRIAL))
    pace = Pace(100000.0)
    runs(pace, {WAYS[0]: lambda: next(each), False: lambda: 8.0}, WARM + TRIAL)
    assert pace.shares is False


def test_long_launches_are_shared_out_in_any_case():
    pace = Pace(LONG)
    assert set(runs(pace, steady(9, 7), TRIAL + MOST_KEPT)) == {WAYS[0]}
    assert not pace.is_trying()
