"""Weights as the kernels read them, packed in panels or transformed, made once and not at every run.

That is worth its memory where a constant, a variable that the plan does not update, or what the runner computes once of
such variables (an input marked "fixed": see backends/invariant), is operand 1 of a product with few rows (see
launch.Launch.packed_size). Such a *form* of a value belongs to the block of its Buffer (see store), so that executables
of several sizes share it, and is made again when the variable has another value. Where a form holds all numbers in
another order only, and nothing else is read, the form is all that stays of the value in the engine's memory.
"""

from .kernels import prepare_step


class Source:
    """A value that launches take in packed forms. group: "state", "inputs" or "constants"; index: its place there;
    plain: whether the plan also needs it as it is; kept: numbers of the kept values made of it.
    """

    def __init__(self, group, index, value):
        self.group = group
        self.index = index
        self.value = value
        self.plain = False
        self.kept = []


class Kept:
    """The packed weights of a resolved plan, found step by step with `prepare`. Each is a new value of the plan, named
    in its list "kept", and takes the place of the weights in its step.
    """

    def __init__(self, plan, tier):
        self.plan = plan
        self.tier = tier
        # Per kept value, the launch that packs it, the key of its form, and what it is made of.
        self.launches = []
        self.keys = []
        self.source_of = []
        self.sources = []
        self.of_value = [None for _value in plan["values"]]
        updated = [plan["state"][entry["state"]]["value"] for entry in plan["updates"]]
        for group in ["constants", "state", "inputs"]:
            entries = plan[group]
            for i in range(len(entries)):
                v = entries[i]["value"]
                if v not in updated and (group != "inputs" or "fixed" in entries[i]):
                    self.of_value[v] = Source(group, i, v)

    def prepare(self, s):
        """The launch of the plan's step s."""
        step = self.plan["steps"][s]
        launch = prepare_step(step, self.plan["values"], self.tier)
        if len(step["inputs"]) < 2 or self.of_value[step["inputs"][1]] is None or launch.packed_size() == 0:
            return launch
        return prepare_step(self._packed(step, launch), self.plan["values"], self.tier)

    def _packed(self, step, launch):
        """The step, with its operand 1 packed from now on."""
        values = self.plan["values"]
        source = self.of_value[step["inputs"][1]]
        if len(source.kept) == 0:
            self.sources.append(source)
        source.kept.append(len(self.launches))
        step["params"]["packed"] = values[source.value]["shape"]
        step["inputs"][1] = len(values)
        self.plan["kept"].append(len(values))
        self.of_value.append(None)
        values.append({"shape": [launch.packed_size()], "dtype": "float32"})
        self.launches.append(launch)
        self.keys.append(launch.packed_key())
        self.source_of.append(source)
        return step

    def close(self):
        """All steps are prepared: find out what is still needed as it is."""
        for step in self.plan["steps"]:
            for v in step["inputs"]:
                self._note(v)
        for group in ["outputs", "updates"]:
            for entry in self.plan[group]:
                self._note(entry["value"])

    def _note(self, v):
        if self.of_value[v] is not None:
            self.of_value[v].plain = True

    def needs(self, v):
        """Whether the plan needs a value as it is."""
        source = self.of_value[v]
        return source is None or source.plain or len(source.kept) == 0
