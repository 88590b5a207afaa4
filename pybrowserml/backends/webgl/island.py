"""Islands: steps that no shader does well run on the processor in the middle of a plan.

Their inputs are read, the CPU engine's kernel works on them in memory of its own, and the results are uploaded.
"""

from ...core.dtypes import is_float
from ...core.host import HostArray
from ...platform.buffers import memory, set_at, subarray, zeros
from ...platform.tasks import PAUSE, now
from ..cpu.heap import rounded
from ..cpu.launch import count_of
from ..cpu.spectral import prepare_eigh, prepare_svd


class Island:
    """An action. inputs, outputs: values of the plan; specs: [shape, dtype] of each."""

    def __init__(self, launch, inputs, outputs, input_specs, output_specs):
        self.launch = launch
        self.step_inputs = inputs
        self.step_outputs = outputs
        self.inputs = inputs
        self.outputs = [value for value in outputs if value is not None]
        self.input_specs = input_specs
        self.output_specs = output_specs

    def run(self, hosts):
        """Generator → HostArrays of the outputs, None for those that nobody reads."""
        at = 0
        ins = []
        for spec in self.input_specs:
            ins.append(at)
            at = at + rounded(count_of(spec[0]))
        outs = []
        for spec in self.output_specs:
            outs.append(-1 if spec is None else at)
            at = at if spec is None else at + rounded(count_of(spec[0]))
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
            spec = self.output_specs[i]
            if spec is None:
                found.append(None)
            else:
                data = zeros(spec[1], count_of(spec[0]))
                view = block.f32 if is_float(spec[1]) else block.i32
                set_at(data, subarray(view, outs[i], outs[i] + len(data)), 0)
                found.append(HostArray(data, spec[0], spec[1]))
        return found


def island(prepare):
    """The row of a kernel table for a kernel of the CPU engine."""

    def place(builder, step):
        ins = [[builder.shapes[value], builder.dtypes[value]] for value in step["inputs"]]
        outs = []
        for value in step["outputs"]:
            outs.append(None if value is None else [builder.shapes[value], builder.dtypes[value]])
        launch = prepare(step["params"], ins, outs)
        builder.act(Island(launch, step["inputs"], step["outputs"], ins, outs))

    return place


eigh = island(prepare_eigh)
svd = island(prepare_svd)
