"""Hashes of texts that are the same everywhere and at all times: FarmHash Fingerprint64 and SipHash-2-4.

Sources: Pike and Alakuijala, FarmHash (2014), the function farmhashna::Hash64; Aumasson and Bernstein, SipHash: a fast
short-input PRF (2012).
"""

from ..platform.text import utf8_encode
from ..platform.words import (
    small_word,
    word,
    word_add,
    word_at,
    word_left,
    word_mod,
    word_multiply,
    word_right,
    word_rotate,
    word_xor,
)

K0 = word("c3a5c85c97cb3127")
K1 = word("b492b66fbe98f273")
K2 = word("9ae16a3b2f90404f")
CAT = word("c6a4a7935bd1e995")


def _at(data, place):
    return word_at(data, place, 8)


def _sum(a, b, c):
    return word_add(word_add(a, b), c)


def _mixed(a):
    return word_xor(a, word_right(a, 47))


def _pair(u, v, factor):
    """Two words in one."""
    a = _mixed(word_multiply(word_xor(u, v), factor))
    b = _mixed(word_multiply(word_xor(v, a), factor))
    return word_multiply(b, factor)


def fingerprint(text):
    """The Fingerprint64 of a text's UTF-8 bytes, a word."""
    data = utf8_encode(text)
    count = len(data)
    if count <= 16:
        return _short(data, count)
    factor = word_add(K2, small_word(count * 2))
    if count <= 32:
        a = word_multiply(_at(data, 0), K1)
        b = _at(data, 8)
        c = word_multiply(_at(data, count - 8), factor)
        d = word_multiply(_at(data, count - 16), K2)
        first = _sum(word_rotate(word_add(a, b), 43), word_rotate(c, 30), d)
        return _pair(first, _sum(a, word_rotate(word_add(b, K2), 18), c), factor)
    if count <= 64:
        return _medium(data, count, factor)
    return _long(data, count)


def _short(data, count):
    factor = word_add(K2, small_word(count * 2))
    if count >= 8:
        a = word_add(_at(data, 0), K2)
        b = _at(data, count - 8)
        c = word_add(word_multiply(word_rotate(b, 37), factor), a)
        d = word_multiply(word_add(word_rotate(a, 25), b), factor)
        return _pair(c, d, factor)
    if count >= 4:
        first = word_add(small_word(count), word_left(word_at(data, 0, 4), 3))
        return _pair(first, word_at(data, count - 4, 4), factor)
    if count > 0:
        y = small_word(data[0] + data[count // 2] * 256)
        z = small_word(count + data[count - 1] * 4)
        return word_multiply(_mixed(word_xor(word_multiply(y, K2), word_multiply(z, K0))), K2)
    return K2


def _medium(data, count, factor):
    a = word_multiply(_at(data, 0), K2)
    b = _at(data, 8)
    c = word_multiply(_at(data, count - 8), factor)
    d = word_multiply(_at(data, count - 16), K2)
    y = _sum(word_rotate(word_add(a, b), 43), word_rotate(c, 30), d)
    z = _pair(y, _sum(a, word_rotate(word_add(b, K2), 18), c), factor)
    e = word_multiply(_at(data, 16), factor)
    f = _at(data, 24)
    g = word_multiply(word_add(y, _at(data, count - 32)), factor)
    h = word_multiply(word_add(z, _at(data, count - 24)), factor)
    first = _sum(word_rotate(word_add(e, f), 43), word_rotate(g, 30), h)
    return _pair(first, _sum(e, word_rotate(word_add(f, a), 18), g), factor)


def _weak(data, place, a, b):
    """[word, word] of 32 bytes and two seeds."""
    w = _at(data, place)
    z = _at(data, place + 24)
    a = word_add(a, w)
    b = word_rotate(_sum(b, a, z), 21)
    c = a
    a = _sum(a, _at(data, place + 8), _at(data, place + 16))
    b = word_add(b, word_rotate(a, 44))
    return [word_add(a, z), word_add(b, c)]


def _long(data, count):
    seed = small_word(81)
    zero = small_word(0)
    extra = small_word(113)
    y = word_add(word_multiply(seed, K1), extra)
    z = word_multiply(_mixed(word_add(word_multiply(y, K2), extra)), K2)
    v = [zero, zero]
    w = [zero, zero]
    x = word_add(word_multiply(seed, K2), _at(data, 0))
    end = (count - 1) // 64 * 64
    rest = (count - 1) % 64
    for place in range(0, end, 64):
        x = word_multiply(word_rotate(word_add(_sum(x, y, v[0]), _at(data, place + 8)), 37), K1)
        y = word_multiply(word_rotate(_sum(y, v[1], _at(data, place + 48)), 42), K1)
        x = word_xor(x, w[1])
        y = _sum(y, v[0], _at(data, place + 40))
        z = word_multiply(word_rotate(word_add(z, w[0]), 33), K1)
        v = _weak(data, place, word_multiply(v[1], K1), word_add(x, w[0]))
        w = _weak(data, place + 32, word_add(z, w[1]), word_add(y, _at(data, place + 16)))
        held = z
        z = x
        x = held
    factor = word_add(K1, small_word(word_mod(z, 256) * 2))
    place = end + rest - 63
    nine = small_word(9)
    w = [word_add(w[0], small_word(rest)), w[1]]
    v = [word_add(v[0], w[0]), v[1]]
    w = [word_add(w[0], v[0]), w[1]]
    x = word_multiply(word_rotate(word_add(_sum(x, y, v[0]), _at(data, place + 8)), 37), factor)
    y = word_multiply(word_rotate(_sum(y, v[1], _at(data, place + 48)), 42), factor)
    x = word_xor(x, word_multiply(w[1], nine))
    y = _sum(y, word_multiply(v[0], nine), _at(data, place + 40))
    z = word_multiply(word_rotate(word_add(z, w[0]), 33), factor)
    v = _weak(data, place, word_multiply(v[1], factor), word_add(x, w[0]))
    w = _weak(data, place + 32, word_add(z, w[1]), word_add(y, _at(data, place + 16)))
    first = _sum(_pair(v[0], w[0], factor), word_multiply(_mixed(y), K0), x)
    return _pair(first, word_add(_pair(v[1], w[1], factor), z), factor)


def keyed_hash(text, key):
    """The SipHash-2-4 of a text's UTF-8 bytes under a key of two whole numbers, a word."""
    data = utf8_encode(text)
    count = len(data)
    k0 = small_word(key[0])
    k1 = small_word(key[1])
    state = [
        word_xor(k0, word("736f6d6570736575")),
        word_xor(k1, word("646f72616e646f6d")),
        word_xor(k0, word("6c7967656e657261")),
        word_xor(k1, word("7465646279746573")),
    ]
    whole = count // 8 * 8
    for place in range(0, whole, 8):
        state = _absorbed(state, _at(data, place))
    last = word_left(small_word(count % 256), 56)
    if count > whole:
        last = word_add(last, word_at(data, whole, count - whole))
    state = _absorbed(state, last)
    state = [state[0], state[1], word_xor(state[2], small_word(255)), state[3]]
    for _i in range(4):
        state = _round(state)
    return word_xor(word_xor(state[0], state[1]), word_xor(state[2], state[3]))


def _absorbed(state, message):
    state = [state[0], state[1], state[2], word_xor(state[3], message)]
    state = _round(_round(state))
    return [word_xor(state[0], message), state[1], state[2], state[3]]


def _round(state):
    v0 = word_add(state[0], state[1])
    v1 = word_xor(word_rotate(state[1], 51), v0)
    v0 = word_rotate(v0, 32)
    v2 = word_add(state[2], state[3])
    v3 = word_xor(word_rotate(state[3], 48), v2)
    v0 = word_add(v0, v3)
    v3 = word_xor(word_rotate(v3, 43), v0)
    v2 = word_add(v2, v1)
    v1 = word_xor(word_rotate(v1, 47), v2)
    return [v0, v1, word_rotate(v2, 32), v3]


def joined_fingerprint(first, second):
    """A word from two, as TensorFlow joins fingerprints of crossed features."""
    found = word_xor(first, CAT)
    found = word_xor(found, word_multiply(_mixed(word_multiply(second, CAT)), CAT))
    found = word_multiply(_mixed(word_multiply(found, CAT)), CAT)
    return _mixed(found)


def bucket(value, count):
    """The number of a word's bucket among `count`."""
    return word_mod(value, count)
