"""The NumPy engine: one function a step, called in order.

Values are ndarrays in host memory, so a Buffer's handle is the array itself. bool is stored as numpy.bool_, the
other dtypes under their own names.
"""

import numpy as np

from ...core.host import HostArray
from ..backend import Backend, Executable
from ..buffer import Buffer, released_error
from ..resolve import resolve
from .elementwise import DTYPES
from .kernels import KERNELS
from .program import Program


class NumpyExecutable(Executable):
    """A plan as a program of NumPy functions."""

    def __init__(self, plan, sizes):
        super().__init__(plan, sizes)
        self.resolved = resolve(plan, sizes)
        self.program = Program(self.resolved, KERNELS)


class NumpyBackend(Backend):
    """Runs plans with NumPy, on the host, synchronously."""

    def __init__(self):
        super().__init__("numpy")
        self.answers_at_once = True

    def capabilities(self):
        return {"name": "numpy", "why": "the engine of CPython", "version": np.__version__}

    def prepare(self, plan, sizes):
        return NumpyExecutable(plan, sizes)
        yield

    def run(self, executable, inputs, state):
        return self.run_now(executable, inputs, state)
        yield

    def run_now(self, executable, inputs, state):
        """One run, synchronously; see Backend.run."""
        plan = executable.resolved
        given_values = []
        for entry, given in zip(plan["inputs"], inputs, strict=True):
            array = given.handle if isinstance(given, Buffer) else to_array(given)
            if array is None:
                raise released_error()
            given_values.append((entry["value"], array))
        for entry, slot in zip(plan["state"], state, strict=True):
            given_values.append((entry["value"], self.resident(slot)))
        with np.errstate(all="ignore"):
            values = executable.program.run(given_values, self.watch)
        for entry in plan["updates"]:
            slot = state[entry["state"]]
            slot.buffer.handle = values[entry["value"]]
            slot.version += 1
        specs = plan["values"]
        return [
            Buffer(
                self, specs[entry["value"]]["shape"], specs[entry["value"]]["dtype"], values[entry["value"]]
            )
            for entry in plan["outputs"]
        ]

    def resident(self, slot):
        """The array of a slot, brought here when it is on the host."""
        if slot.buffer is None:
            slot.buffer = Buffer(self, slot.shape, slot.dtype, to_array(slot.host))
            slot.host = None
        return slot.buffer.handle

    def upload(self, host):
        return Buffer(self, host.shape, host.dtype, to_array(host).copy())

    def read(self, buffer):
        return self.read_sync(buffer)
        yield

    def read_sync(self, buffer):
        if buffer.handle is None:
            raise released_error()
        array = buffer.handle
        data = array.astype(np.uint8) if buffer.dtype == "bool" else array
        return HostArray(np.ascontiguousarray(data).reshape(-1), list(buffer.shape), buffer.dtype)

    def release(self, buffer):
        buffer.handle = None

    def dispose(self):
        return None


def to_array(host):
    """The ndarray of a HostArray."""
    array = np.asarray(host.data).reshape(host.shape)
    return array.astype(np.bool_) if host.dtype == "bool" else array.astype(DTYPES[host.dtype], copy=False)
