"""Functions on lists and texts that use the methods which a page may have redefined."""


def concat(*lists):
    """All lists in one."""
    result = []
    for one in lists:
        result.extend(one)
    return result


def reduce_sum(x, axis=None, keep_dims: bool = False) -> float:
    """The sum of a list."""
    total = sum(x)
    return [total] if keep_dims else total


def take_out(xs, item):
    """A copy of xs without the first item that equals `item`."""
    copy = xs.copy()
    copy.remove(item)
    copy.append("end")
    copy.insert(0, "start")
    return copy


def count_values(xs):
    """How often each text occurs."""
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
    pairs = []
    for key, value in counts.items():
        pairs.append(f"{key}={value}")
    return ",".join(sorted(pairs))


def var(x):
    """The variance of a list."""
    mean = sum(x) / len(x)
    return sum([(value - mean) * (value - mean) for value in x]) / len(x)


def words_of(text):
    return text.strip().split(" ")
