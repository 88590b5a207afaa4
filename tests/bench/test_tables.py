"""The tables of rows, contestants and targets fit together."""

import numpy as np
import pytest
from contestants import CONTESTANTS, taking_part
from figures import RIVALS
from nets.zoo import NETS
from targets import TARGETS
from workloads import FLOP, WORKLOADS, chosen

# Those of the CPU engine's tiers and of the Python row join when they are there.
NAMES = {contestant.name for contestant in CONTESTANTS} | {"ours numpy", "keras jax"}


def test_rows_have_names_of_their_own_and_are_chosen_by_words():
    assert len({row.name for row in WORKLOADS}) == len(WORKLOADS)
    assert chosen("") == WORKLOADS
    assert [row.name for row in chosen("MATMUL 64, xor")] == ["matmul 64", "XOR net predict, batch 1"]
    assert {row.kind for row in chosen("train")} >= {"train", "memory", "keras"}
    assert chosen("no such row") == []


def test_every_target_has_rows_and_contestants():
    for target in TARGETS:
        for beginning in target.rows:
            assert any(row.name.startswith(beginning) for row in WORKLOADS), beginning
        assert {target.ours, *target.peers} <= NAMES, target.name
    assert {name for names in RIVALS.values() for name in names} <= NAMES | {"tfjs", "ort", "jax"}


def test_contestants_are_asked_for_rows_that_they_may_do():
    rows = {row.name: row for row in WORKLOADS}
    xor = [each.name for each in taking_part(rows["XOR net predict, batch 1"])]
    assert "brain cpu" in xor and xor[0] == "ours cpu"
    resnet = [each.name for each in taking_part(rows["ResNet-18 predict, batch 8"])]
    assert "brain cpu" not in resnet and "tfjs cpu" not in resnet and "tfjs wasm" in resnet
    assert [each.name for each in taking_part(rows["matmul 64"], ["ours p", "ort"])] == [
        "ours plain",
        "ort wasm",
        "ort wasm2",
    ]
    for row in WORKLOADS:
        for beginning in (*row.slow, *row.only):
            assert any(each.name.startswith(beginning) for each in CONTESTANTS), (row.name, beginning)


@pytest.mark.parametrize("name", NETS)
def test_nets_have_the_work_that_rows_say(name):
    net = NETS[name]()
    assert FLOP[name] == 2.0 * net.multiply_adds()
    assert net.shapes[net.last] == (net.classes,)
    again = NETS[name]()
    for node in net.nodes:
        for key, array in net.weights[node.name].items():
            assert np.array_equal(array, again.weights[node.name][key])


@pytest.mark.parametrize("name", ["digits", "residual", "lstm", "transformer", "xor"])
def test_the_onnx_file_computes_what_our_layers_compute(name, tmp_path):
    pytest.importorskip("onnx")
    from nets import onnx_net
    from nets.layers import make
    from onnx.reference import ReferenceEvaluator

    import pybrowserml as pb

    net = NETS[name]()
    x = np.random.default_rng(0).uniform(0, 1, (2, *net.shape)).astype(np.float32)
    onnx_net.write(net, tmp_path / "net.onnx")
    fed = x.transpose(0, 3, 1, 2) if x.ndim == 4 else x.transpose(1, 0, 2) if name == "lstm" else x
    (theirs,) = ReferenceEvaluator(str(tmp_path / "net.onnx")).run(None, {"x": fed})
    np.testing.assert_allclose(make(net, pb).predict(x, verbose=0), theirs, rtol=1e-4, atol=1e-6)
