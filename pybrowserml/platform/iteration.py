"""What can be gone through: iterables, and sequences such as Keras's PyDataset, with a length and items."""


class Sequence:
    """An object with `__len__` and `__getitem__`; its items are asked for one by one."""

    def __init__(self, given):
        self.given = given

    def count(self):
        return len(self.given)

    def elements(self):
        """A function that gives the items."""
        return lambda: (self.given[i] for i in range(len(self.given)))

    def end_epoch(self):
        """Tell an object that wants to know it that all items were taken."""
        if hasattr(self.given, "on_epoch_end"):
            self.given.on_epoch_end()


def as_sequence(given):
    """A Sequence of an object with a length and items (in JavaScript of none), else None."""
    return Sequence(given) if hasattr(given, "__len__") and hasattr(given, "__getitem__") else None


def is_iterable(given):
    """Whether something can be gone through (in JavaScript also asynchronously)."""
    return hasattr(given, "__iter__") or hasattr(given, "__next__") or as_sequence(given) is not None
