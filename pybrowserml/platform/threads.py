"""Threads that share memory: workers of a page or of Node.js; CPython has none here."""


def thread_obstacle():
    """Why there can be no threads that share memory; "" where there can."""
    return "threads are for JavaScript only"


def processors():
    """How many threads run at the same time."""
    return 1


def start_thread(script, given, failed):
    """Start the library once more as a thread, which gets `given`, a dict of what may be shared: arrays, a block of
    memory, numbers.

    script: its address, or None for the script that this one is. failed(reason): called later if the thread cannot
    start, or ends by itself. Returns [thread, ""]; [None, why] where it cannot be tried.
    """
    return [None, thread_obstacle()]


def end_thread(thread):
    """End a thread at once."""
    return None


def serve_thread(work):
    """In a thread that `start_thread` started: call work(given), which need not return. Elsewhere: nothing."""
    return None


def shared_words(count):
    """A zeroed array of int32 that threads share."""
    raise NotImplementedError("threads are for JavaScript only")


def may_wait():
    """Whether this thread may sleep in `wait_while`: the main thread of a page may not."""
    return False


def load_word(words, k):
    """The word k, as all threads see it."""
    return words[k]


def store_word(words, k, value):
    """Set the word k for all threads."""
    words[k] = value


def add_word(words, k, value):
    """Add to the word k in one piece; the value before."""
    words[k] += value
    return words[k] - value


def swap_word(words, k, expected, value):
    """Set the word k in one piece if it is `expected`; the value before."""
    before = words[k]
    if before == expected:
        words[k] = value
    return before


def wait_while(words, k, value, milliseconds):
    """Sleep while the word k is `value`, until `wake` or, where milliseconds > 0, for so long at most."""
    return None


def wake(words, k):
    """Wake all threads that wait for the word k."""
    return None


def breathe():
    """Tell the processor that this is a loop that waits."""
    return None


def packed(value):
    """The bytes of a plan's part, -0 included, for another thread."""
    raise NotImplementedError("threads are for JavaScript only")


def unpacked(data):
    """What `packed` made bytes of."""
    raise NotImplementedError("threads are for JavaScript only")


def write_bytes(block, offset, data):
    """Store bytes in a block of memory, at an offset in four-byte units."""
    return None


def read_bytes(block, offset, count):
    """A copy of bytes of a block of memory."""
    raise NotImplementedError("threads are for JavaScript only")
