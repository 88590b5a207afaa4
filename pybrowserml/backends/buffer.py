"""Values in the memory of engines."""


class Buffer:
    """A value in an engine's memory. `handle` is the engine's own; None once released.

    recipe: the run that made it, by which an engine that loses its memory gets it back (see journal); None for others.
    """

    def __init__(self, backend, shape, dtype, handle):
        self.backend = backend
        self.shape = shape
        self.dtype = dtype
        self.handle = handle
        self.recipe = None


def releaser(buffer):
    """A function that gives a Buffer's memory back, wherever the value is by then."""

    def release():
        buffer.backend.release(buffer)

    return release
