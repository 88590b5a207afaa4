"""What a program remembers from one start to the next, in the browser's database. CPython remembers nothing."""


def recall(key):
    """To be yielded: the text that was kept under a key, or None."""
    return None


def keep(key, text):
    """To be yielded: keep a text, where that is allowed; it is no error where it is not."""
    return None


def device_text():
    """What tells this browser and machine from others."""
    return "CPython"


def today():
    """The number of the day."""
    return 0
