"""Islands: steps that no shader does well. Their inputs are read, the processor works, the results are uploaded."""

from ..islands import HostStep


class Island:
    """An action. inputs, outputs: values of the plan; step: what runs on the processor, with all its outputs in
    step_outputs.
    """

    def __init__(self, step, inputs, outputs):
        self.step = step
        self.inputs = inputs
        self.step_outputs = outputs
        self.outputs = [value for value in outputs if value is not None]


def island(builder, step):
    """The row of a kernel table."""
    inputs = [[builder.shapes[value], builder.dtypes[value]] for value in step["inputs"]]
    outputs = []
    for value in step["outputs"]:
        outputs.append(None if value is None else [builder.shapes[value], builder.dtypes[value]])
    work = HostStep(step["kernel"], step["params"], inputs, outputs)
    builder.act(Island(work, step["inputs"], step["outputs"]))
