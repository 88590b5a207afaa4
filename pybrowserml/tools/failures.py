"""What a command tells its user when it cannot go on."""


class Failure(Exception):
    """One plain sentence: the file (and line), what was expected, what to do."""
