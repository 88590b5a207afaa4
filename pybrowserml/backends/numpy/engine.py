"""The NumPy engine: one function a step, called in order; intermediates die after their last reader.

Values are ndarrays in host memory, so a Buffer's handle is the array itself. bool is stored as numpy.bool_, the
other dtypes under their own names.
"""

import numpy as np

from ...core.host import HostArray
from ...platform.errors import error
from ..backend import Backend, Buffer, Executable
from ..resolve import resolve
from .elementwise import DTYPES
from .kernels import KERNELS


class NumpyExecutable(Executable):
    """steps: [run, inputs, outputs, values that die afterwards]."""

    def __init__(self, plan, sizes):
        super().__init__(plan, sizes)
        self.resolved = resolve(plan, sizes)
        specs = self.resolved["values"]
        self.constants = []
        for entry in self.resolved["constants"]:
            spec = specs[entry["value"]]
            array = np.asarray(entry["data"], dtype=DTYPES[spec["dtype"]]).reshape(spec["shape"])
            self.constants.append((entry["value"], array))
        dying = {}
        for value, lifetime in enumerate(self.resolved["lifetimes"]):
            if lifetime is not None:
                dying.setdefault(lifetime[1], []).append(value)
        self.steps = []
        for i, step in enumerate(self.resolved["steps"]):
            if step["kernel"] not in KERNELS:
                raise error("EngineError", f"the numpy engine has no kernel '{step['kernel']}'")
            output_specs = [None if value is None else specs[value] for value in step["outputs"]]
            run = KERNELS[step["kernel"]](
                step["params"], [specs[value] for value in step["inputs"]], output_specs
            )
            self.steps.append((run, step["inputs"], step["outputs"], dying.get(i, [])))


class NumpyBackend(Backend):
    """Runs plans with NumPy, on the host, synchronously."""

    def __init__(self):
        super().__init__("numpy")

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
        values = [None] * len(plan["values"])
        for entry, given in zip(plan["inputs"], inputs, strict=True):
            values[entry["value"]] = given.handle if isinstance(given, Buffer) else to_array(given)
        for entry, slot in zip(plan["state"], state, strict=True):
            values[entry["value"]] = self.resident(slot)
        for value, array in executable.constants:
            values[value] = array
        with np.errstate(all="ignore"):
            for run, sources, targets, dying in executable.steps:
                results = run(*[values[source] for source in sources])
                for target, result in zip(targets, results, strict=True):
                    if target is not None:
                        values[target] = result
                for value in dying:
                    values[value] = None
        for entry in plan["updates"]:
            slot = state[entry["state"]]
            slot.buffer = Buffer(self, slot.shape, slot.dtype, values[entry["value"]])
            slot.host = None
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
            raise error("EngineError", "this value was released")
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
