"""What a model that only predicts makes of its variables alone is made when it is built.

So its folder holds scaled filters instead of filters, statistics and scales of batch normalizations; a page neither
keeps both nor computes the one from the other before its first prediction (backends/invariant).
"""

from ..backends.invariant import split_plan
from ..backends.memory import lifetimes_of
from ..backends.numpy.engine import NumpyBackend
from ..core.host import HostArray
from ..core.slots import Slot
from ..models.frozen_file import decoded_numbers, encoded_numbers
from ..platform.tasks import drive_sync


def fold(frozen: dict) -> dict:
    """The frozen form of a model without a training step (models/freeze.py), with folded weights."""
    plan = decoded_numbers(frozen["plans"]["predict"], 0, "plan")
    parts = split_plan(plan)
    if parts is None:
        return frozen
    once, each = parts
    tensors = dict(frozen["tensors"])
    results = _computed(once.plan, [tensors[entry["name"]] for entry in once.plan["state"]])
    rest = each.plan
    fixed = [entry["value"] for entry in rest["inputs"] if "fixed" in entry]
    makers = {v: step["name"] for step in once.plan["steps"] for v in step["outputs"]}
    used = {entry["name"] for entry in rest["state"]}
    folded = []
    for v, host in zip(fixed, results, strict=True):
        name = _unused(f"{makers[v] or 'value'}/folded", used)
        used.add(name)
        folded.append([name, host, v])
    rest["inputs"] = [entry for entry in rest["inputs"] if "fixed" not in entry]
    rest["state"] = [*rest["state"], *({"name": name, "value": v} for name, _, v in folded)]
    entries = [entry for entry in frozen["state"] if entry["name"] in used]
    entries += [
        {"name": name, "shape": host.shape, "dtype": host.dtype, "role": "weight"} for name, host, _ in folded
    ]
    kept = [entry for entry in frozen["tensors"] if entry[0] in used]
    return {
        **frozen,
        "plans": {"predict": encoded_numbers(_numbered(rest))},
        "state": entries,
        "tensors": [*kept, *([name, host] for name, host, _ in folded)],
    }


def _computed(plan: dict, hosts: list[HostArray]) -> list[HostArray]:
    """The results of a plan of variables only. Its results have no symbolic size, so that any will do."""
    backend = NumpyBackend()
    executable = drive_sync(backend.prepare(plan, dict.fromkeys(plan["sizes"], 1)))
    buffers = drive_sync(backend.run(executable, [], [Slot(host) for host in hosts]))
    return [backend.read_sync(buffer) for buffer in buffers]


def _unused(name: str, used: set[str]) -> str:
    number = 1
    found = name
    while found in used:
        found = f"{name}_{number}"
        number += 1
    return found


def _numbered(plan: dict) -> dict:
    """A plan without the values that nobody names any more."""
    named = {
        entry["value"]
        for group in ("inputs", "state", "constants", "outputs", "updates")
        for entry in plan[group]
    }
    for step in plan["steps"]:
        named |= {v for v in [*step["inputs"], *step["outputs"]] if v is not None}
    numbers = {v: k for k, v in enumerate(sorted(named))}

    def group(name: str) -> list[dict]:
        return [{**entry, "value": numbers[entry["value"]]} for entry in plan[name]]

    steps = [
        {
            **step,
            "inputs": [numbers[v] for v in step["inputs"]],
            "outputs": [None if v is None else numbers[v] for v in step["outputs"]],
        }
        for step in plan["steps"]
    ]
    values = [plan["values"][v] for v in sorted(named)]
    ends = [numbers[entry["value"]] for name in ("outputs", "updates") for entry in plan[name]]
    return {
        **plan,
        "values": values,
        **{name: group(name) for name in ("inputs", "state", "constants", "outputs", "updates")},
        "steps": steps,
        "lifetimes": lifetimes_of(values, steps, ends),
    }
