"""Values in the memory of engines."""

from ..platform.errors import error
from ..platform.weak import on_collect


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


class Keeper:
    """Stands for who holds Buffers for a while: their memory goes back, unless it has gone, when the Keeper is garbage.

    What takes other Buffers again and again, each time with a Keeper, leaves nothing of those that it had before.
    """

    def __init__(self, buffers):
        for buffer in buffers:
            if buffer.backend.holds_memory(buffer):
                on_collect(self, releaser(buffer))


def released_error():
    """What is raised where a value is wanted whose memory was given back."""
    return error(
        "EngineError",
        "the value was released: its tensor was disposed of, or the scope that made it has ended",
    )


def releaser(buffer):
    """A function that gives a Buffer's memory back, wherever the value is by then."""

    def release():
        buffer.backend.release(buffer)

    return release
