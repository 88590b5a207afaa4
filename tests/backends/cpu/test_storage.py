"""Memory plan, aliases, updates in place: random plans against an interpreter, in Node and CPython."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pybrowserml.backends.cpu.binder as binder_module
import pybrowserml.backends.cpu.engine as engine_module
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.cpu.heap import Heap
from pybrowserml.backends.cpu.launch import Launch
from pybrowserml.backends.cpu.storage import LEAST_PLACED, Storage
from pybrowserml.backends.memory import plan_offsets
from pybrowserml.core.host import HostArray
from pybrowserml.core.slots import Slot
from pybrowserml.platform.tasks import drive

from .transpiled import run_cases

SHAPES = [[6], [2, 3], []]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 6)), max_size=25), st.randoms()
)
@settings(deadline=None)
def test_offsets_never_overlap(items, random):
    sizes = [size for size, _, _ in items]
    lifetimes = [[a, a + n] for _, a, n in items]
    aliases = list(range(len(items)))
    for v in range(1, len(items)):
        if random.random() < 0.2:
            aliases[v] = random.randrange(v)
        if random.random() < 0.1:
            lifetimes[v] = None
    planned = plan_offsets(sizes, lifetimes, aliases, 4)
    for v, offset in enumerate(planned["offsets"]):
        assert (offset < 0) == (lifetimes[v] is None)
        if offset < 0:
            continue
        assert offset % 4 == 0 and offset + sizes[v] <= planned["total"]
        for w in range(v):
            other = planned["offsets"][w]
            if other < 0:
                continue
            a, b = v, w
            while aliases[a] != a:
                a = aliases[a]
            while aliases[b] != b:
                b = aliases[b]
            if a == b:
                assert offset == other
            elif lifetimes[v][0] <= lifetimes[w][1] and lifetimes[w][0] <= lifetimes[v][1]:
                assert (
                    offset + sizes[v] <= other or other + sizes[w] <= offset or sizes[v] == 0 or sizes[w] == 0
                )


def test_offsets_fill_the_smallest_gap():
    planned = plan_offsets([8, 4, 4, 4], [[0, 5], [0, 1], [0, 5], [2, 5]], [0, 1, 2, 3], 4)
    assert planned["total"] == 16
    assert planned["offsets"][3] == planned["offsets"][1]


def test_heap_reuses_and_merges():
    heap = Heap()
    a, b, c = heap.take(100), heap.take(10), heap.take(5)
    assert len({a, b, c}) == 3
    heap.give_back(a, 100)
    assert heap.take(100) == a
    heap.give_back(b, 10)
    heap.give_back(a, 100)
    assert heap.take(120) == a
    heap.give_back(a, 120)
    heap.give_back(c, 5)
    assert heap.top == 0 and heap.holes == []


def random_plan(rng):
    """A plan of elementwise steps, reshapes and flips over a few variables, with its interpreter's inputs."""
    values, steps = [], []

    def value(shape):
        values.append({"shape": shape, "dtype": "float32"})
        return len(values) - 1

    inputs = [value(SHAPES[rng.integers(3)]) for _ in range(rng.integers(1, 3))]
    state = [value([6]) for _ in range(rng.integers(1, 4))]
    constants = [value([6])]
    for _ in range(rng.integers(2, 9)):
        kind = rng.integers(4)
        source = int(rng.integers(len(values)))
        shape = values[source]["shape"]
        if kind == 0 and shape != []:
            out = value([6] if shape == [2, 3] else [2, 3])
            steps.append(
                {"kernel": "reshape", "inputs": [source], "outputs": [out], "params": {}, "name": "r"}
            )
        elif kind == 1 and shape != []:
            params = {"axes": [0]}
            steps.append(
                {
                    "kernel": "flip",
                    "inputs": [source],
                    "outputs": [value(shape)],
                    "params": params,
                    "name": "f",
                }
            )
        else:
            same = [v for v in range(len(values)) if values[v]["shape"] in (shape, [])]
            operands = [source, *[int(rng.choice(same)) for _ in range(2)]]
            a, b = rng.choice(["add", "subtract", "multiply"], 2)
            expr = {
                "instrs": [[str(a), "float32", [0, 1], None], [str(b), "float32", [3, 2], None]],
                "results": [4, 3],
            }
            if rng.random() < 0.3:
                expr["results"] = [3, 0]
            outs = [value(shape), value(shape)]
            unused = rng.integers(3)
            if unused < 2:
                values.pop() if unused == 1 else None
                outs[int(unused)] = None if unused == 1 else outs[int(unused)]
            steps.append(
                {
                    "kernel": "elementwise",
                    "inputs": operands,
                    "outputs": outs,
                    "params": {"expr": expr},
                    "name": "e",
                }
            )
    produced = [v for v in range(len(values)) if v not in inputs + state + constants] or state
    updates = []
    for s in range(len(state)):
        fits = [v for v in range(len(values)) if values[v]["shape"] == [6]]
        if rng.random() < 0.8:
            updates.append({"state": s, "value": int(rng.choice(fits))})
    outputs = [
        int(rng.choice(produced if rng.random() < 0.7 else len(values))) for _ in range(rng.integers(1, 4))
    ]
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{i}", "value": v} for i, v in enumerate(inputs)],
        "state": [{"name": f"s{i}", "value": v} for i, v in enumerate(state)],
        "constants": [{"value": v, "data": [0.5, -1.0, 2.0, 0.25, 1.0, -0.5]} for v in constants],
        "outputs": [{"name": f"y{i}", "value": v} for i, v in enumerate(outputs)],
        "updates": updates,
        "steps": steps,
        "lifetimes": [None] * len(values),
        "subplans": [],
    }


def interpret(plan, inputs, state):
    """Outputs and new state, each value in an array of its own."""
    functions = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply}
    held = {}
    for entry, array in zip(plan["inputs"], inputs, strict=True):
        held[entry["value"]] = array
    for entry, array in zip(plan["state"], state, strict=True):
        held[entry["value"]] = array
    for entry in plan["constants"]:
        held[entry["value"]] = np.array(entry["data"], np.float32)
    for step in plan["steps"]:
        arrays = [held[v] for v in step["inputs"]]
        shape = plan["values"][next(v for v in step["outputs"] if v is not None)]["shape"]
        if step["kernel"] == "reshape":
            results = [arrays[0].reshape(shape)]
        elif step["kernel"] == "flip":
            results = [np.flip(arrays[0], 0)]
        else:
            for op, _, operands, _ in step["params"]["expr"]["instrs"]:
                arrays.append(functions[op](arrays[operands[0]], arrays[operands[1]]))
            results = [np.broadcast_to(arrays[r], shape) for r in step["params"]["expr"]["results"]]
        for v, result in zip(step["outputs"], results, strict=True):
            if v is not None:
                held[v] = result
    after = list(state)
    for entry in plan["updates"]:
        after[entry["state"]] = held[entry["value"]]
    return [held[entry["value"]] for entry in plan["outputs"]], after


def random_cases(count, seed):
    rng = np.random.default_rng(seed)
    cases = []
    for _ in range(count):
        plan = random_plan(rng)
        arrays = [
            [rng.normal(size=plan["values"][e["value"]]["shape"]).astype(np.float32), "float32"]
            for e in plan["inputs"]
        ]
        state = [[rng.normal(size=[6]).astype(np.float32), "float32"] for _ in plan["state"]]
        cases.append({"plan": plan, "inputs": arrays, "state": state, "repeat": 2, "wait": True})
    return cases


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_plans_in_node(engine_folder):
    cases = random_cases(400, 5)
    end = run_cases(engine_folder, cases, "relaxed")
    assert end["heap_top"] == 0
    for number, case in enumerate(cases):
        state = [a for a, _ in case["state"]]
        for _ in range(2):
            outputs, state = interpret(case["plan"], [a for a, _ in case["inputs"]], state)
        for got, want in zip(case["got"] + case["got_state"], outputs + state, strict=True):
            np.testing.assert_allclose(
                got, want, rtol=1e-5, atol=1e-5, err_msg=f"case {number}: {case['plan']}"
            )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_plans_in_cpython():
    backend = CpuBackend()
    for case in random_cases(30, 6):
        executable = drive(backend.prepare(case["plan"], {}))
        slots = [Slot(HostArray(a.copy(), list(a.shape), "float32")) for a, _ in case["state"]]
        inputs = [HostArray(a.reshape(-1), list(a.shape), "float32") for a, _ in case["inputs"]]
        given_inputs = [inputs[0], *[backend.upload(x) for x in inputs[1:]]]
        outputs = drive(backend.run(executable, given_inputs, slots))
        wanted, state = interpret(case["plan"], [a for a, _ in case["inputs"]], [a for a, _ in case["state"]])
        for got, want in zip([*outputs, *[s.buffer for s in slots]], wanted + state, strict=True):
            np.testing.assert_allclose(backend.read_sync(got).data, want.reshape(-1), rtol=1e-5, atol=1e-5)
        assert all(slot.host is None for slot in slots)
        assert [slot.version for slot in slots] == [
            sum(u["state"] == s for u in case["plan"]["updates"]) for s in range(len(slots))
        ]


def two_updates_plan():
    """a += 1, b += a (old): both in place; enough elements for several tiles."""
    n = 40000
    one = {"instrs": [["constant", "float32", [], 1.0], ["add", "float32", [0, 1], None]], "results": [2]}
    add = {"instrs": [["add", "float32", [0, 1], None]], "results": [2]}
    return {
        "sizes": [],
        "values": [{"shape": [n], "dtype": "float32"} for _ in range(4)],
        "inputs": [],
        "state": [{"name": "a", "value": 0}, {"name": "b", "value": 1}],
        "constants": [],
        "outputs": [{"name": "y", "value": 3}],
        "updates": [{"state": 0, "value": 2}, {"state": 1, "value": 3}],
        "steps": [
            {"kernel": "elementwise", "inputs": [1, 0], "outputs": [3], "params": {"expr": add}, "name": "b"},
            {"kernel": "elementwise", "inputs": [0], "outputs": [2], "params": {"expr": one}, "name": "a"},
        ],
        "lifetimes": [None] * 4,
        "subplans": [],
    }


def values_of(backend, slot):
    """The different numbers of a variable, wherever it is: it becomes resident within a run."""
    host = slot.host if slot.buffer is None else backend.read_sync(slot.buffer)
    return np.unique(host.data).tolist()


def test_an_abandoned_run_leaves_no_half_updated_variable(monkeypatch):
    for module in (engine_module, binder_module):
        monkeypatch.setattr(module, "SLICE_MILLISECONDS", 0.0)
    for stop_after in range(1, 8):
        backend = CpuBackend()
        executable = drive(backend.prepare(two_updates_plan(), {}))
        slots = [Slot(HostArray(np.full(40000, x, np.float32), [40000], "float32")) for x in (2.0, 3.0)]
        run = backend.run(executable, [], slots)
        for _ in range(stop_after):
            next(run)
        run.close()
        a, b = [values_of(backend, slot) for slot in slots]
        assert [a, b] in ([[2.0], [3.0]], [[3.0], [5.0]])
        assert slots[0].version == (1 if a == [3.0] else 0)
        outputs = drive(backend.run(executable, [], slots))
        assert np.unique(backend.read_sync(outputs[0]).data).tolist() == [a[0] + b[0]]


def test_updates_need_no_scratch_memory():
    plan = two_updates_plan()
    plan["outputs"] = []
    executable = drive(CpuBackend().prepare(plan, {}))
    assert executable.storage.direct_updates == [True, True]
    assert executable.storage.scratch == 0


def test_workspaces_overlap_nothing_that_is_alive():
    """Large ones lie among the values, small ones share a place behind them."""
    rng = np.random.default_rng(8)
    for _ in range(60):
        count = int(rng.integers(1, 8))
        values = [{"shape": [int(rng.integers(1, 50000))], "dtype": "float32"} for _ in range(count + 1)]
        steps = [
            {"kernel": "flip", "inputs": [s], "outputs": [s + 1], "params": {"axes": [0]}, "name": "f"}
            for s in range(count)
        ]
        plan = {
            "values": values,
            "steps": steps,
            "inputs": [{"value": 0}],
            "outputs": [{"value": count}],
            "updates": [],
            "state": [],
            "constants": [],
            "kept": [],
        }
        needs = [int(rng.choice([0, 100, LEAST_PLACED - 1, LEAST_PLACED, 40000])) for _ in range(count)]
        storage = Storage(plan, [Launch(1, need) for need in needs], True, 0)
        for s, need in enumerate(needs):
            begin, end = storage.works[s], storage.works[s] + need
            assert end <= storage.total
            assert begin % 16 == 0
            for v in (s, s + 1):
                place = storage.offsets[v]
                assert place < 0 or need == 0 or end <= place or place + values[v]["shape"][0] <= begin, (
                    s,
                    v,
                )


def test_a_large_workspace_takes_the_place_of_values_that_come_later():
    values = [{"shape": [size], "dtype": "float32"} for size in (1600, 1600, 48000, 48000, 1)]
    steps = [
        {"kernel": "flip", "inputs": [s], "outputs": [s + 1], "params": {"axes": [0]}, "name": "f"}
        for s in range(4)
    ]
    plan = {"values": values, "steps": steps, "inputs": [{"value": 0}], "outputs": [{"value": 4}]}
    for group in ("updates", "state", "constants", "kept"):
        plan[group] = []
    storage = Storage(plan, [Launch(1, need) for need in (48000, 0, 0, 32)], True, 0)
    assert storage.scratch == 96000
    assert storage.total == 96032


def test_a_busy_engine_refuses_a_second_run(monkeypatch):
    for module in (engine_module, binder_module):
        monkeypatch.setattr(module, "SLICE_MILLISECONDS", 0.0)
    backend = CpuBackend()
    executable = drive(backend.prepare(two_updates_plan(), {}))
    slots = [Slot(HostArray(np.zeros(40000, np.float32), [40000], "float32")) for _ in range(2)]
    first = backend.run(executable, [], slots)
    next(first)
    with pytest.raises(Exception, match="busy"):
        drive(backend.run(executable, [], slots))
    drive_rest = list(first)
    assert len(drive_rest) > 0
    assert slots[0].version == 1
