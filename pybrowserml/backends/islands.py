"""Single steps on the processor, for engines that have no kernel of their own for them: islands in their plans.

A kernel of the CPU engine works in memory of its own, from and to values on the host.
"""

from ..core.dtypes import is_float
from ..core.host import HostArray
from ..platform.buffers import memory, set_at, subarray, zeros
from ..platform.tasks import PAUSE, now
from .cpu.heap import rounded
from .cpu.spectral import prepare_eigh, prepare_svd
from .resolve import element_count

# The kernels that may be islands.
ISLANDS = {"eigh": prepare_eigh, "svd": prepare_svd}


class HostStep:
    """One step. inputs: [shape, dtype] of each; outputs: the same, or None for what nobody reads."""

    def __init__(self, kernel, params, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        self.launch = ISLANDS[kernel](params, inputs, outputs)

    def run(self, hosts):
        """Generator → HostArrays of the outputs, or None."""
        at = 0
        ins = []
        for spec in self.inputs:
            ins.append(at)
            at = at + rounded(element_count(spec[0]))
        outs = []
        for spec in self.outputs:
            outs.append(-1 if spec is None else at)
            at = at if spec is None else at + rounded(element_count(spec[0]))
        block = memory(at + self.launch.workspace)
        for i in range(len(hosts)):
            set_at(block.f32 if is_float(hosts[i].dtype) else block.i32, hosts[i].data, ins[i])
        self.launch.start(block, ins, outs, at)
        started = now()
        for tile in range(self.launch.tiles):
            self.launch.run(tile, tile + 1)
            if now() - started > 8:
                yield PAUSE
                started = now()
        found = []
        for i in range(len(outs)):
            spec = self.outputs[i]
            if spec is None:
                found.append(None)
            else:
                data = zeros(spec[1], element_count(spec[0]))
                view = block.f32 if is_float(spec[1]) else block.i32
                set_at(data, subarray(view, outs[i], outs[i] + len(data)), 0)
                found.append(HostArray(data, spec[0], spec[1]))
        return found
