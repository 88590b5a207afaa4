"""Arithmetic of unsigned 64-bit words, which JavaScript has only as BigInt."""

MASK = (1 << 64) - 1


def word(text):
    """The word that a hexadecimal text stands for."""
    return int(text, 16)


def small_word(number):
    """The word of a whole number, of a negative one modulo 2**64."""
    return int(number) & MASK


def word_at(data, start, count):
    """The word of `count` bytes of a flat uint8 array, the lowest first."""
    return int.from_bytes(bytes(data[start : start + count]), "little")


def word_add(a, b):
    return (a + b) & MASK


def word_multiply(a, b):
    return (a * b) & MASK


def word_xor(a, b):
    return a ^ b


def word_left(a, count):
    return (a << count) & MASK


def word_right(a, count):
    return a >> count


def word_rotate(a, count):
    """Rotated to the right."""
    return ((a >> count) | (a << (64 - count))) & MASK


def word_mod(a, number):
    """The remainder of a division by a positive whole number, as a number."""
    return a % number
