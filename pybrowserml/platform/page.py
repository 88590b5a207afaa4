"""The page around a program (CPython has none)."""


def when_hidden(action):
    """Call `action()` whenever the page is hidden or left; returns a function that ends this."""
    return lambda: None
