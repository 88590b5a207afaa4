"""Threefry2x32-20 on the host, and numbers made from it. Keys and counters are int32; arithmetic wraps."""

import secrets

import numpy as np

_ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]]


def _threefry(key0, key1, counter0, counter1):
    keys = [np.uint32(int(key0) & 0xFFFFFFFF), np.uint32(int(key1) & 0xFFFFFFFF)]
    keys.append(keys[0] ^ keys[1] ^ np.uint32(0x1BD11BDA))
    with np.errstate(over="ignore"):
        x0 = counter0 + keys[0]
        x1 = counter1 + keys[1]
        for group in range(5):
            for rotation in _ROTATIONS[group % 2]:
                x0 = x0 + x1
                x1 = ((x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))) ^ x0
            x0 = x0 + keys[(group + 1) % 3]
            x1 = x1 + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1


def threefry_pair(key0, key1, counter0, counter1):
    """Both words for one counter, as a list of two int32 numbers."""
    c0 = np.array([int(counter0) & 0xFFFFFFFF], dtype=np.uint32)
    c1 = np.array([int(counter1) & 0xFFFFFFFF], dtype=np.uint32)
    x0, x1 = _threefry(key0, key1, c0, c1)
    return [int(x0.view(np.int32)[0]), int(x1.view(np.int32)[0])]


def threefry_array(key0, key1, step, count):
    """Word 0 for counters (0 .. count-1, step), a uint32 array."""
    c1 = np.array(int(step) & 0xFFFFFFFF, dtype=np.uint32)
    return _threefry(key0, key1, np.arange(count, dtype=np.uint32), c1)[0]


def threefry_words(key0, key1, step, count):
    """Word 0 for counters (0 .. count-1, step), as a list of non-negative integers below 2**32."""
    return threefry_array(key0, key1, step, count).tolist()


def uniform_array(key0, key1, step, count, low, high):
    """float32 array, uniform in [low, high): low + (high - low) * (bits >>> 8) * 2**-24, rounded once."""
    u = (threefry_array(key0, key1, step, count) >> np.uint32(8)).astype(np.float64) * 2.0**-24
    return (low + (high - low) * u).astype(np.float32)


# Giles 2010, "Approximating the erfinv function", single precision, central and tail polynomials.
CENTRAL = [2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503]
CENTRAL += [-0.00417768164, 0.246640727, 1.50140941]
TAIL = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613]
TAIL += [0.00943887047, 1.00167406, 2.83297682]


def normal_of_bits(bits):
    """float32 standard normals of a uint32 array, computed in float64 and rounded once."""
    x = (2.0 * (bits >> np.uint32(9)).astype(np.float64) + 1.0) * 2.0**-23 - 1.0
    return _normal_of(x).astype(np.float32)


def _normal_of(x):
    """sqrt(2) * erfinv(x)."""
    w = -np.log((1.0 - x) * (1.0 + x))
    central = np.full_like(x, CENTRAL[0])
    tail = np.full_like(x, TAIL[0])
    for a in CENTRAL[1:]:
        central = central * (w - 2.5) + a
    for a in TAIL[1:]:
        tail = tail * (np.sqrt(w) - 3.0) + a
    return np.sqrt(2.0) * np.where(w < 5.0, central, tail) * x


def normal_array(key0, key1, step, count, mean, stddev):
    """float32 array of normals with a mean and standard deviation."""
    z = normal_of_bits(threefry_array(key0, key1, step, count)).astype(np.float64)
    return (mean + stddev * z).astype(np.float32)


def truncated_normal_array(key0, key1, step, count, mean, stddev):
    """float32 array of normals within two standard deviations of the mean, by the inverse distribution function."""
    u = (
        2.0 * (threefry_array(key0, key1, step, count) >> np.uint32(9)).astype(np.float64) + 1.0
    ) * 2.0**-23 - 1.0
    return (mean + stddev * _normal_of(u * 0.9544997361036416)).astype(np.float32)


def fresh_seed():
    """An unpredictable seed."""
    return secrets.randbits(31)
