"""Random keys and host-side random numbers: counter-based, Threefry2x32-20 (Salmon et al. 2011).

A key is a pair of int32. What a stream of numbers is for (a layer's path, a call) is folded into its key; the element's
row-major index is the counter. So the numbers depend on nothing else.
"""

from ..platform.numbers import to_int32
from ..platform.random import fresh_seed, threefry_pair, threefry_words
from ..platform.text import utf8_encode


class _Global:
    def __init__(self):
        self.seed = None
        self.calls = 0


GLOBAL = _Global()


def set_seed(seed):
    """Make everything random that follows depend on this integer only."""
    GLOBAL.seed = seed
    GLOBAL.calls = 0
    return None


def key_of_seed(seed):
    """The key of an integer seed."""
    return threefry_pair(0, 0, to_int32(seed), 0)


def fold_in(key, number):
    """A new key from a key and an integer."""
    return threefry_pair(key[0], key[1], to_int32(number), 1)


def fold_in_text(key, text):
    """A new key from a key and a text such as a layer's path."""
    data = utf8_encode(text)
    folded = key
    for i in range(len(data)):
        folded = fold_in(folded, data[i])
    return folded


def next_key(seed=None):
    """The key of an explicit seed, or a new one from the global seed (from the clock's noise where none was set)."""
    if seed is not None:
        return key_of_seed(seed)
    if GLOBAL.seed is None:
        set_seed(fresh_seed())
    GLOBAL.calls = GLOBAL.calls + 1
    return fold_in(key_of_seed(GLOBAL.seed), GLOBAL.calls)


def host_permutation(key, step, count):
    """A list of 0 .. count-1 in random order (Fisher and Yates, with the bits of the stream as draws)."""
    bits = threefry_words(key[0], key[1], step, count)
    order = [i for i in range(count)]
    for i in range(count - 1):
        last = count - 1 - i
        chosen = bits[i] % (last + 1)
        held = order[last]
        order[last] = order[chosen]
        order[chosen] = held
    return order
