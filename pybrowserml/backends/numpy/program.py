"""A resolved plan as a list of NumPy functions; intermediates die after their last reader."""

import numpy as np

from ...platform.errors import error
from ...platform.tasks import now
from .elementwise import DTYPES


class Program:
    """kernels: the kernel table. steps: [run, inputs, outputs, values that die afterwards]."""

    def __init__(self, plan, kernels):
        self.plan = plan
        specs = plan["values"]
        self.constants = []
        for entry in plan["constants"]:
            spec = specs[entry["value"]]
            array = np.asarray(entry["data"], dtype=DTYPES[spec["dtype"]]).reshape(spec["shape"])
            self.constants.append((entry["value"], array))
        dying = {}
        for value, lifetime in enumerate(plan["lifetimes"]):
            if lifetime is not None:
                dying.setdefault(lifetime[1], []).append(value)
        self.steps = []
        for i, step in enumerate(plan["steps"]):
            if step["kernel"] not in kernels:
                raise error("EngineError", f"the numpy engine has no kernel '{step['kernel']}'")
            output_specs = [None if value is None else specs[value] for value in step["outputs"]]
            run = kernels[step["kernel"]](
                step["params"], [specs[value] for value in step["inputs"]], output_specs
            )
            self.steps.append((run, step["inputs"], step["outputs"], dying.get(i, [])))

    def run(self, given, watch=None):
        """All values that are left at the end. given: [[value, array], ...] of inputs and state; watch: who is told of
        each step, if anybody.
        """
        values = [None] * len(self.plan["values"])
        for value, array in given:
            values[value] = array
        for value, array in self.constants:
            values[value] = array
        for i, (run, sources, targets, dying) in enumerate(self.steps):
            started = 0.0 if watch is None else now()
            results = run(*[values[source] for source in sources])
            for target, result in zip(targets, results, strict=True):
                if target is not None:
                    values[target] = result
            for value in dying:
                values[value] = None
            if watch is not None:
                watch.ran(i, started)
        return values

    def call(self, arrays):
        """The outputs for the inputs, both in the order of the plan."""
        given = [(entry["value"], array) for entry, array in zip(self.plan["inputs"], arrays, strict=True)]
        values = self.run(given)
        return [values[entry["value"]] for entry in self.plan["outputs"]]
