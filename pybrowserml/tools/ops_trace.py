"""What each op records, and whether it can be differentiated, found by tracing the rows of the parity table."""

import sys
from dataclasses import dataclass, field

from ..core.autodiff import gradients
from ..core.dtypes import is_float
from ..core.graph import Tensor, placeholder, record_trace
from ..core.opset import registry

# Recorded by nearly everything, and no work.
PLUMBING = {"constant", "cast", "input", "variable"}
DTYPES = {"f": "float32", "i": "int32", "b": "bool"}
UNSIGNED = {1: "uint8", 4: "uint32"}


@dataclass
class Facts:
    """primitives: what it records; rows: [row, ops that it calls] of those that call it themselves; gradient: None
    while no call had floats.
    """

    primitives: set = field(default_factory=set)
    rows: list = field(default_factory=list)
    gradient: bool | None = None


class Tracer:
    """Watches calls of ops while rows are built."""

    def __init__(self, ops: dict):
        self.facts = {name: Facts() for name in ops}
        self.names = {function.__code__: name for name, function in ops.items()}
        self.stack: list = []
        self.called: list = []

    def trace(self, row) -> None:
        """Record the first case of a row."""
        arrays = row.inputs(0)

        def body():
            inputs = [
                placeholder(f"x{i}", list(array.shape), dtype_name(array)) for i, array in enumerate(arrays)
            ]
            self.called, self.stack = [], []
            sys.setprofile(self._watch)
            try:
                row.build(*inputs)
            finally:
                sys.setprofile(None)
            return []

        record_trace(body)
        for name in self.called:
            self.facts[name].rows.append([row, len(self.called)])

    def _watch(self, frame, event, argument) -> None:
        if event not in ("call", "return"):
            return
        code = frame.f_code
        if code is registry.record.__code__ and event == "call":
            for entry in self.stack:
                self.facts[entry[0]].primitives.add(frame.f_locals["op"])
            return
        name = self.names.get(code)
        if name is None:
            return
        if event == "call":
            if not self.stack and name not in self.called:
                self.called.append(name)
            self.stack.append([name, list(frame.f_locals.values())])
            return
        _, given = self.stack.pop()
        if argument is not None and not self.facts[name].gradient:
            sys.setprofile(None)
            found = _differentiates(given, argument)
            if found is not None:
                self.facts[name].gradient = found
            sys.setprofile(self._watch)


def dtype_name(array) -> str:
    """Our name of an array's dtype."""
    if array.dtype.kind == "u":
        return UNSIGNED[array.dtype.itemsize]
    return "int8" if array.dtype.itemsize == 1 and array.dtype.kind == "i" else DTYPES[array.dtype.kind]


def _tensors(value) -> list:
    if isinstance(value, Tensor):
        return [value] if is_float(value.dtype) else []
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in _tensors(item)]
    if isinstance(value, dict):
        return [tensor for item in value.values() for tensor in _tensors(item)]
    return []


def _differentiates(given, result) -> bool | None:
    """Whether a result has a gradient by an argument; None where there are no floats to tell by."""
    inputs, outputs = _tensors(given), _tensors(result)
    if not inputs or not outputs:
        return None
    return any(slope is not None for slope in gradients(outputs, inputs))
