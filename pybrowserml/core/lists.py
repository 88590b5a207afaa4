"""Lists of numbers or texts, which JavaScript does not compare by what is in them."""


def same_items(a, b):
    """Whether two lists hold the same numbers or texts in the same order."""
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True
