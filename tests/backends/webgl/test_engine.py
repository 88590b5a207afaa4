"""State, memory, reads and failures of the engine."""

# ruff: noqa: E501
from types import SimpleNamespace

import numpy as np
import pytest
from webgl_harness import one_step

import pybrowserml.backends.webgl.programs as programs_module
from pybrowserml.backends.webgl.executable import Held

pytestmark = pytest.mark.browser

F = "float32"
random = np.random.default_rng(5)


def floats(*shape):
    return random.normal(size=shape).astype(np.float32)


def step_plan(rows):
    """w <- w - 0.1 * x^T (x w - y): one update, the loss as output, with a symbolic batch."""
    batch = {"dim": "batch"}
    subtract = {"instrs": [["subtract", F, [0, 1], None]], "results": [2]}
    square = {"instrs": [["multiply", F, [0, 0], None]], "results": [1]}
    descend = {
        "instrs": [["constant", F, [], 0.1], ["multiply", F, [0, 2], None], ["subtract", F, [1, 3], None]],
        "results": [4],
    }
    return {
        "sizes": ["batch"],
        "values": [
            {"shape": [batch, 7], "dtype": F},
            {"shape": [batch, 3], "dtype": F},
            {"shape": [7, 3], "dtype": F},
            {"shape": [batch, 3], "dtype": F},
            {"shape": [batch, 3], "dtype": F},
            {"shape": [], "dtype": F},
            {"shape": [7, 3], "dtype": F},
        ],
        "inputs": [{"name": "x", "value": 0}, {"name": "y", "value": 1}],
        "state": [{"name": "w", "value": 2}],
        "constants": [],
        "outputs": [{"name": "loss", "value": 5}],
        "updates": [{"state": 0, "value": 6}],
        "steps": [
            {
                "kernel": "matmul", "inputs": [0, 2, 1], "outputs": [3],
                "params": {"transpose_a": False, "transpose_b": False, "epilogue": subtract},
            },
            {"kernel": "elementwise", "inputs": [3], "outputs": [4], "params": {"expr": square}},
            {"kernel": "reduce", "inputs": [4], "outputs": [5], "params": {"op": "sum", "axes": [0, 1], "keepdims": False}},
            {
                "kernel": "matmul", "inputs": [0, 3, 2], "outputs": [6],
                "params": {"transpose_a": True, "transpose_b": False, "epilogue": descend},
            },
        ],
        "lifetimes": [None, None, None, [0, 3], [1, 2], [2, 3], [3, 3]],
        "subplans": [],
    }  # fmt: skip


@pytest.mark.parametrize("batch", [1, 5, 16])
def test_state_is_updated_run_by_run(page, batch):
    x, y, w = floats(batch, 7) * 0.3, floats(batch, 3), floats(7, 3)
    answer = page.run(step_plan(batch), [x, y], [w], sizes={"batch": batch}, runs=4)
    expected = w.astype(np.float64)
    for _ in range(4):
        residual = x @ expected - y
        loss = (residual**2).sum()
        expected = expected - 0.1 * x.T @ residual
    np.testing.assert_allclose(answer["state"][0], expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(answer["outputs"][0], loss, rtol=1e-5)


def test_later_runs_make_no_textures_and_no_programs(page):
    x, y, w = floats(16, 7), floats(16, 3), floats(7, 3)
    first = page.run(step_plan(16), [x, y], [w], sizes={"batch": 16}, runs=2)["stats"]
    later = page.run(step_plan(16), [x, y], [w], sizes={"batch": 16}, runs=9)["stats"]
    assert later["programs"] == first["programs"]
    assert later["textures"] == first["textures"]
    assert later["free_bytes"] == later["bytes"]


def test_of_programs_that_nobody_draws_with_a_few_stay(page):
    x = floats(2, 3)
    counts = []
    for power in (2, 3, 4, 5, 2):
        expr = {"instrs": [["multiply", F, [k, 0], None] for k in range(power - 1)], "results": [power - 1]}
        plan = one_step("elementwise", [x], [((2, 3), F)], {"expr": expr})
        answer = page.run(plan, [x], options={"programs": 2}, runs=2)
        np.testing.assert_allclose(answer["outputs"][0], x**power, rtol=1e-5)
        counts.append(answer["stats"]["programs"])
    assert counts == [1, 2, 2, 2, 2]


def test_programs_in_use_stay(monkeypatch):
    deleted = []
    fake = SimpleNamespace(
        start_program=lambda context, source: source,
        delete_program=lambda context, handle: deleted.append(handle),
    )
    monkeypatch.setattr(programs_module, "webgl", fake)
    cache = programs_module.ProgramCache(None, 1)
    first, second = Held(None, cache), Held(None, cache)
    for held, sources in ((first, "aabc"), (second, "bd")):
        for source in sources:
            held.hold(cache.start(source))
    first.give_back()
    assert deleted == ["a"]  # c is the one that is kept
    first.give_back()
    second.give_back()
    assert deleted == ["a", "c", "b"]
    again = Held(None, cache)
    again.hold(cache.start("d"))
    again.hold(cache.start("a"))
    assert deleted == ["a", "c", "b"] and cache.count() == 2
    again.give_back()
    assert deleted == ["a", "c", "b", "d"] and cache.count() == 1


def test_an_output_may_be_an_input_a_state_or_given_twice(page):
    x, w = floats(3, 5), floats(4)
    plan = one_step("reshape", [x], [((5, 3), F)], {})
    plan["values"].append({"shape": [4], "dtype": F})
    plan["state"] = [{"name": "w", "value": 2}]
    plan["outputs"] = [{"name": str(i), "value": v} for i, v in enumerate([0, 1, 1, 2])]
    plan["updates"] = [{"state": 0, "value": 2}]
    plan["lifetimes"] = [None, [0, 1], None]
    answer = page.run(plan, [x], [w], runs=2)
    for got, wanted in zip(answer["outputs"], [x, x.reshape(5, 3), x.reshape(5, 3), w], strict=True):
        assert np.array_equal(got, wanted)
    assert np.array_equal(answer["state"][0], w)


def test_constants_are_uploaded_once(page):
    x = floats(2, 3)
    expr = {"instrs": [["add", F, [0, 1], None]], "results": [2]}
    plan = one_step("elementwise", [x, floats(3)], [((2, 3), F)], {"expr": expr})
    plan["inputs"] = plan["inputs"][:1]
    plan["constants"] = [{"value": 1, "data": [1, 2.5, -3]}]
    assert np.array_equal(
        page.run(plan, [x], runs=2)["outputs"][0], x + np.array([1, 2.5, -3], dtype=np.float32)
    )


def test_many_small_outputs_come_in_one_read(page):
    instrs = [["add", F, [0, 0], None], ["multiply", F, [0, 0], None], ["cast", "int32", [0], None]]
    x = np.array(3.0, dtype=np.float32)
    plan = one_step(
        "elementwise",
        [x],
        [((), F), ((), F), ((), "int32")],
        {"expr": {"instrs": instrs, "results": [1, 2, 3]}},
    )
    answer = page.run(plan, [x])
    assert [float(y) for y in answer["outputs"]] == [6.0, 9.0, 3.0]


def test_a_tensor_beyond_the_device_names_its_step(page):
    x = np.array(1.0, dtype=np.float32)
    plan = one_step("broadcast_to", [x], [((3_000_000,), F)], {})
    plan["steps"][0]["name"] = "enormous"
    with pytest.raises(RuntimeError, match="EngineError.*enormous"):
        page.run(plan, [x], options={"texture_size": 8, "targets": 2})


def test_unknown_kernels_are_named(page):
    with pytest.raises(RuntimeError, match="no kernel 'fourier'"):
        page.run(one_step("fourier", [floats(2)], [((2,), F)], {}), [floats(2)])


def test_run_without_waiting(page):
    answer = page.call("run_at_once", "{}")
    assert answer == {"data": [2, 4, 6]}


def test_a_lost_context_is_told(page):
    answer = page.call("run_lost", "{}")
    assert answer["before"] == "alive"
    assert answer["kind"] == "EngineLostError"


def test_capabilities(page):
    told = page.call("run_information", "{}")["capabilities"]
    assert told["name"] == "webgl" and told["targets"] in [1, 2, 4, 8] and told["texture_size"] >= 2048
    small = page.call("run_information", '{"targets":2,"texture_size":8}')["capabilities"]
    assert small["targets"] == 2 and small["texture_size"] == 8
