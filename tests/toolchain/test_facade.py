"""JavaScript clothes: names, options, promises, errors, and the TypeScript declarations of all that."""

import json
import subprocess

import pytest

from pybrowserml.tools.bundle import BUILD, bundle
from pybrowserml.tools.modules import TranspileError
from pybrowserml.tools.signatures import attribute_name, interface, javascript_name
from pybrowserml.tools.typings import typings_source

NAMES = {
    "Dense": "dense",
    "MaxPooling2D": "maxPooling2d",
    "GlobalAveragePooling2D": "globalAveragePooling2d",
    "Conv2DTranspose": "conv2dTranspose",
    "Conv2D": "conv2d",
    "SGD": "sgd",
    "LSTM": "lstm",
    "ReLU": "reLU",
    "LeakyReLU": "leakyReLU",
    "RMSprop": "rmsprop",
    "BatchNormalization": "batchNormalization",
    "Input": "input",
    "reduce_sum": "reduceSum",
    "log_softmax": "logSoftmax",
    "matmul": "matmul",
    "conv2d": "conv2d",
    "set_seed": "setSeed",
    "float32": "float32",
}


@pytest.mark.parametrize(("python", "javascript"), NAMES.items())
def test_names(python, javascript):
    assert javascript_name(python) == javascript


def test_attribute_names():
    assert [attribute_name(name) for name in ("batch_size", "x", "on_batch_end", "gamma_2d")] == [
        "batchSize",
        "x",
        "onBatchEnd",
        "gamma2d",
    ]


@pytest.fixture
def evaluate(tiny, node):
    return lambda expressions: _evaluate(tiny, node, expressions)


def _evaluate(tiny, node, expressions):
    """The JSON of each expression, or the error's class and text; `pb` is the library, `model` a model."""
    lines = [
        f"await (async () => {{ try {{ return await ({text}); }} catch (e) "
        f"{{ return [e instanceof Error, e.constructor.name, e.message]; }} }})()"
        for text in expressions
    ]
    script = f"""
    import * as pb from '{tiny}/tiny.mjs';
    const model = pb.sequential([pb.layers.dense(3, {{name: 'first'}})]);
    console.log(JSON.stringify([{", ".join(lines)}]));
    """
    return json.loads(node(script, tiny.parent))


def test_positions_and_options_meet(evaluate):
    assert evaluate(
        [
            "pb.layers.dense(3, 'relu', false).useBias",
            "pb.layers.dense(3, {useBias: false}).useBias",
            "pb.layers.dense({units: 3, useBias: false}).useBias",
            "pb.layers.dense(3, 'relu', {name: 'x'}).name",
            "pb.layers.dense({units: 3}).useBias",
            "pb.layers.dense(3, {activation: undefined, useBias: null}).useBias",
            "pb.layers.maxPooling2d().poolSize",
            "pb.layers.maxPooling2d({poolSize: 4}).poolSize",
            "pb.ops.reduceSum([1, 2], {keepDims: true})",
            "pb.ops.reduceSum([1, 2], null, true)",
            "pb.ops.concat([1], [2], [3])",
            "pb.ops.var([1, 3])",
            "pb.function(() => 5)()",
        ],
    ) == [False, False, False, "x", True, None, 2, 4, [3], [3], [1, 2, 3], 1, 5]


def test_methods_and_attributes_in_camel_case(evaluate):
    assert evaluate(
        [
            "model.predictNow([1])",
            "model.layerList[0].isReady",
            "(model.layerList[0].useBias = 7, model.layerList[0].use_bias)",
            "model.layerList[0].apply([1], {training: true})",
            "model.layerList[0].name",
            "Object.keys(model.layerList[0]).includes('useBias')",
            "model.fit([1], null, 8) instanceof Promise",
            "model.fit([1], null, 8)",
            "model.fit([1], {batchSize: 9})",
            "pb.loadModel({path: 'p'}).then((loaded) => loaded.name)",
        ],
    ) == [[3], True, 7, [3], "first", False, True, 8, 9, "p"]


def test_errors_tell_what_is_known(evaluate):
    known = "it has: units, activation, useBias, name"
    answers = evaluate(
        [
            "pb.layers.dense({unit: 3})",
            "pb.layers.dense(3, {biased: 1})",
            "pb.layers.dense()",
            "pb.layers.dense(1, 2, 3, 4, 5)",
            "pb.layers.dense(3, {units: 4})",
            "model.fit([1], {batch: 3})",
            "model.fit()",
            "model.predictNow()",
            "pb.ops.reduceSum([1], {axes: 0})",
            "model.fit([1], {batchSize: 0})",
        ],
    )
    assert [answer[:2] for answer in answers] == [[True, "ArgumentError"]] * 10
    assert [answer[2] for answer in answers] == [
        f"Dense has no argument 'unit'; {known}",
        f"Dense has no argument 'biased'; {known}",
        "Dense needs 'units'",
        "Dense takes at most 4 arguments, but got 5",
        "Dense got 'units' both by position and as an option",
        "Sequential.fit has no argument 'batch'; it has: x, y, batchSize, onBatchEnd",
        "Sequential.fit needs 'x'",
        "Sequential.predictNow needs 'x'",
        "reduceSum has no argument 'axes'; it has: x, axis, keepDims",
        "batch_size must be positive",
    ]


def test_a_waiting_method_rejects_and_never_throws(evaluate):
    assert evaluate(["(() => { const p = model.fit(); p.catch(() => 0); return 'returned'; })()"]) == [
        "returned"
    ]


def test_common_js_and_module_export_the_same(tiny, node):
    script = f"""
    import {{ createRequire }} from 'node:module';
    import * as pb from '{tiny}/tiny.mjs';
    const other = createRequire(import.meta.url)('{tiny}/tiny.min.cjs');
    console.log(JSON.stringify([Object.keys(pb).sort(), Object.keys(other).sort()]));
    """
    first, second = json.loads(node(script, tiny.parent))
    assert first == second == ["Layer", "function", "layers", "loadModel", "ops", "sequential"]


def test_two_names_that_meet_are_refused(sample):
    path = sample / "tiny" / "ops" / "__init__.py"
    path.write_text(
        "from .lists import concat\n\n\ndef take_out(x):\n    return x\n\n\ndef takeOut(x):\n    return x\n"
    )
    with pytest.raises(TranspileError, match="takeOut"):
        typings_source(interface(sample, "tiny.entry"))


def test_a_second_name_of_a_class_is_dressed_too(sample, tmp_path, node):
    models, entry = sample / "tiny" / "models.py", sample / "tiny" / "entry.py"
    models.write_text(models.read_text() + "\n\nsequential = Sequential\nRow = Sequential\n")
    entry.write_text(entry.read_text() + "from .models import Row, sequential\n")
    bundle("tiny", "tiny.entry", tmp_path, tmp_path / "modules", sample)
    expressions = [
        "pb.sequential({layers: [1], name: 'x'}).layerList",
        "pb.row({layers: [1], name: 'x'}).layerList",
        "model.predictNow([1])",
    ]
    assert _evaluate(tmp_path, node, expressions) == [[1], [1], [3]]
    assert "function row(layers?" in (tmp_path / "tiny.d.ts").read_text()


USES = """
import * as pb from "./tiny.mjs";
const layer: pb.Dense = pb.layers.dense(3, { activation: "relu" });
const other = pb.layers.dense({ units: 3, useBias: false });
const units: number = other.units;
const ready: boolean = layer.isReady;
const model = pb.sequential([layer, pb.layers.maxPooling2d()]);
const total: number = pb.ops.reduceSum([1, 2], { keepDims: false });
const spread: number = pb.ops.var([1, 2]);
const kept = pb.function(() => 5);
const done: Promise<unknown> = model.fit([1], { batchSize: 2, onBatchEnd: () => undefined });
export { units, ready, total, spread, kept, done };
"""

MISUSES = [
    'pb.layers.dense("three");',
    "pb.layers.dense({ unit: 3 });",
    "pb.layers.dense(3, { biased: true });",
    "pb.layers.dense();",
    "pb.conv();",
    "const n: string = pb.layers.dense(3).units; export { n };",
]


def tsc(folder, text):
    (folder / "use.ts").write_text(text)
    return subprocess.run(
        [
            str(BUILD / "node_modules" / ".bin" / "tsc"),
            "--strict",
            "--noEmit",
            "--target",
            "es2022",
            "--module",
        ]
        + ["nodenext", "--moduleResolution", "nodenext", "--types", "", "--lib", "es2022,dom", "use.ts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def typed(tiny, tmp_path):
    (tmp_path / "tiny.d.mts").write_text((tiny / "tiny.d.ts").read_text())
    (tmp_path / "tiny.mjs").write_text("")
    return tmp_path


def test_declarations_compile_under_strict(typed):
    run = tsc(typed, USES)
    assert run.returncode == 0, run.stdout


def test_declarations_reject_misuse(typed):
    lines = "\n".join(f"// @ts-expect-error\n{line}" for line in MISUSES)
    run = tsc(typed, f'import * as pb from "./tiny.mjs";\n{lines}\n')
    assert run.returncode == 0, run.stdout


def test_declarations_carry_the_docstrings(tiny):
    text = (tiny / "tiny.d.ts").read_text()
    assert "Multiplies by `units`." in text
    assert "The sum of a list." in text


def test_what_gives_a_tensor_is_read_from_the_source():
    ops = interface(BUILD.parent, "pybrowserml.entry_full")["ops"]
    for name in ("add", "relu", "softmax", "take", "sum"):
        assert ops[name].returns == "Tensor", name
    for name in ("shape", "ndim", "split"):
        assert ops[name].returns is None, name
