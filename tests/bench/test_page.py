"""The page's arithmetic in Node: rounds, comparison, layouts, the hand-written WebAssembly."""

import json
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "bench" / "page"
SCRIPT = """
import { difference } from "PAGE/compare.js";
import { roundsFor, takesPart } from "PAGE/measure.js";
import { channelsFirst, channelsLast, reversedRows, transposed } from "PAGE/data.js";
import { assembled } from "PAGE/limits/simd.js";

const range = (n) => Float32Array.from({ length: n }, (_, i) => i);
const parts = (own, all) => Array.from({ length: all }, (_, r) => takesPart(r, own, all));
const image = { data: range(12), shape: [1, 2, 2, 3] };
const module = new WebAssembly.Module(assembled(false, 3, 2));
const { f } = new WebAssembly.Instance(module).exports;
console.log(
  JSON.stringify({
    rounds: [roundsFor(1, 1000), roundsFor(100, 1000), roundsFor(300, 1000), roundsFor(2000, 1000)],
    parts: [parts(3, 7), parts(7, 7), parts(1, 7)],
    same: difference([[1, -4]], [[1, -4]]),
    apart: difference([range(3), [0, 5]], [range(3), [0, 4]]),
    fewer: difference([[1]], [[1, 2]]),
    nan: difference([[NaN]], [[1]]),
    passed: difference([null], [[1]]),
    transposed: [...transposed(range(6), [2, 3], [1, 0])],
    first: [...channelsFirst(image).data],
    back: [...channelsLast(channelsFirst(image).data, image.shape)],
    reversed: [...reversedRows(range(6), 3)],
    simd: f(2, 0.5, 1),
    fused: WebAssembly.validate(assembled(true, 12, 4)),
  }),
);
"""


@pytest.fixture(scope="module")
def found():
    script = SCRIPT.replace("PAGE", PAGE.as_uri())
    command = ["node", "--input-type=module", "--experimental-wasm-relaxed-simd", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "bad option" in done.stderr:  # newer engines have it without asking
        command.remove("--experimental-wasm-relaxed-simd")
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_slow_contestants_get_fewer_rounds_spread_evenly(found):
    assert found["rounds"] == [15, 10, 5, 1]
    assert [sum(part) for part in found["parts"]] == [3, 7, 1]
    assert found["parts"][0] == [False, False, True, False, True, False, True]


def test_results_are_compared_relative_to_the_largest_number(found):
    assert found["same"] == 0
    assert found["apart"] == 0.25
    assert found["fewer"] == "1 numbers for 2"
    assert found["nan"] == "not a number"
    assert found["passed"] == 0


def test_layouts(found):
    assert found["transposed"] == [0, 3, 1, 4, 2, 5]
    assert found["first"] == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]
    assert found["back"] == list(range(12))
    assert found["reversed"] == [2, 1, 0, 5, 4, 3]


def test_the_module_by_hand_multiplies_and_adds(found):
    # Four times a = a / 2 + 1 from 0 on three registers.
    assert found["simd"] == 3 * 1.875
    assert found["fused"] is True
