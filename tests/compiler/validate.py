"""The contract of plans (docs/architecture.md), as a check that knows nothing of the compiler."""

import json

KINDS = {"bool", "uint8", "int8", "int32", "uint32", "float16", "float32", "float64"}
OUTPUTS = {"max_pool2d": 2}
OPERANDS = {
    **dict.fromkeys(["constant", "size", "iota"], 0),
    **dict.fromkeys(["bits_to_uniform", "bits_to_normal"], 1),
    **dict.fromkeys(["random_bits", "where"], 3),
    **dict.fromkeys(
        "cast bitcast negative absolute sign exp expm1 log log1p sqrt rsqrt reciprocal sin cos tan tanh "
        "sigmoid erf floor ceil round isnan isfinite logical_not".split(),
        1,
    ),
    **dict.fromkeys(
        "add subtract multiply maximum minimum power mod floor_divide divide equal not_equal less "
        "less_equal greater greater_equal logical_and logical_or bitwise_and bitwise_or bitwise_xor "
        "shift_left shift_right gcd".split(),
        2,
    ),
}


def validate(plan):
    """Raises AssertionError where a plan breaks the contract."""
    assert json.loads(json.dumps(plan, allow_nan=False)) == plan, "a plan is JSON"
    values, steps = plan["values"], plan["steps"]
    for value in values:
        assert value["dtype"] in KINDS
        for dim in value["shape"]:
            _check_dim(dim, plan["sizes"])
    given = [entry["value"] for group in ("inputs", "state", "constants") for entry in plan[group]]
    assert len(set(given)) == len(given), "inputs, state and constants are values of their own"
    made, last = {}, {}
    for i, step in enumerate(steps):
        for value in step["inputs"]:
            assert value in made or value in given, f"step {i} reads value {value} before it is made"
            last[value] = i
        assert len(step["outputs"]) == OUTPUTS.get(step["kernel"], len(step["outputs"]))
        for value in step["outputs"]:
            if value is not None:
                assert value not in made and value not in given, f"value {value} is made twice"
                made[value] = i
        if "subplan" in step["params"]:
            _check_loop(step, plan)
        else:
            _check_step(step, values)
    kept = [entry["value"] for entry in plan["outputs"]] + [entry["value"] for entry in plan["updates"]]
    assert len(set(kept)) == len(kept), "outputs and updates are values of their own"
    assert all(value in made for value in kept), "a step makes each output and update"
    states = [entry["state"] for entry in plan["updates"]]
    assert len(set(states)) == len(states), "a state is updated once"
    for entry in plan["updates"]:
        old, new = values[plan["state"][entry["state"]]["value"]], values[entry["value"]]
        assert old == new, "an update has the shape and dtype of its state"
    assert len(plan["lifetimes"]) == len(values)
    for value, lifetime in enumerate(plan["lifetimes"]):
        if value not in made:
            assert lifetime is None
        else:
            end = len(steps) if value in kept else last.get(value, made[value])
            assert lifetime == [made[value], end], f"lifetime of value {value}"


def _check_loop(step, plan):
    params, values = step["params"], plan["values"]
    body = plan["subplans"][params["subplan"]]
    assert set(body["sizes"]) <= set(plan["sizes"])
    assert body["state"] == [] and body["updates"] == []
    validate(body)
    carries, stacked = params["carries"], params.get("stacked", 0)
    outside = [values[value] for value in step["inputs"]]
    inside = [body["values"][entry["value"]] for entry in body["inputs"]]
    given = [body["values"][entry["value"]] for entry in body["outputs"]]

    def raised(spec):
        return {**spec, "shape": [params["length"], *spec["shape"]]}

    for i, (spec, own) in enumerate(zip(outside, inside, strict=True)):
        assert spec == (raised(own) if carries <= i < carries + stacked else own)
    assert given[:carries] == inside[:carries]
    for i, (value, own) in enumerate(zip(step["outputs"], given, strict=True)):
        assert value is None and i < carries or values[value] == (raised(own) if i >= carries else own)


def _check_dim(dim, sizes):
    if isinstance(dim, dict):
        _check_expr(dim["dim"], sizes)
    else:
        assert type(dim) is int and dim >= 0


def _check_expr(expr, sizes):
    if isinstance(expr, str):
        assert expr in sizes
    elif isinstance(expr, list):
        assert expr[0] in ("+", "*", "//", "max", "min") and len(expr) == 3
        _check_expr(expr[1], sizes)
        _check_expr(expr[2], sizes)
    else:
        assert type(expr) is int


def _check_step(step, values):
    params = step["params"]
    if step["kernel"] == "elementwise":
        results = [values[value] for value in step["outputs"]]
        assert all(result["shape"] == results[0]["shape"] for result in results)
        rank = len(results[0]["shape"])
        for value in step["inputs"]:
            assert len(values[value]["shape"]) <= rank, "an operand is no larger than the result"
        _check_expression(params["expr"], [values[value] for value in step["inputs"]], results)
    if params.get("epilogue") is not None:
        result = values[step["outputs"][0]]
        operands = [{"dtype": "float32"}, *[values[value] for value in step["inputs"][2:]]]
        _check_expression(params["epilogue"], operands, [result])
    elif step["kernel"] in ("matmul", "conv2d"):
        assert params["epilogue"] is None and len(step["inputs"]) == 2


def _check_expression(expr, operands, results):
    dtypes = [operand["dtype"] for operand in operands]
    for name, dtype, refs, attr in expr["instrs"]:
        assert name in OPERANDS, f"unknown instruction {name}"
        assert len(refs) == OPERANDS[name] and all(0 <= ref < len(dtypes) for ref in refs)
        assert dtype in KINDS
        assert (attr is not None) == (name in ("constant", "size", "iota"))
        dtypes.append(dtype)
    assert [dtypes[ref] for ref in expr["results"]] == [result["dtype"] for result in results]
