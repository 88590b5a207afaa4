"""Ratios, shares, targets and the chart from made-up rows."""

import pytest
from figures import best, judge, quartiles, ratio, share, summarise, with_best
from targets import Target


def row(name="matmul 512", flop=1e9, **samples):
    entries = [{"name": key.replace("_", " "), "samples": times} for key, times in samples.items()]
    return {"name": name, "flop": flop, "moved": 4e6, "contestants": summarise(entries)}


def test_quartiles_and_absent_rounds():
    assert quartiles([5.0]) == [5.0, 5.0, 5.0]
    assert quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == [2.0, 3.0, 4.0]
    assert summarise([{"name": "a", "samples": [None, 2.0, None]}])["a"]["spread"] == [2.0, 2.0, 2.0]
    assert summarise([{"name": "a", "samples": [None]}]) == {}


def test_a_ratio_is_that_of_the_medians_and_its_spread_that_of_common_rounds():
    made = row(ours_cpu=[1.0, 2.0, 4.0, None], tfjs_wasm=[3.0, 4.0, None, 100.0])["contestants"]
    low, middle, high = ratio(made["ours cpu"], made["tfjs wasm"])
    assert middle == 4.0 / 2.0
    assert (low, high) == (2.0, 2.75)  # quartiles of 3 and 2, the rounds that both ran


def test_the_best_rival_and_shares_of_limits():
    made = row(ours_cpu=[100.0], tfjs_wasm=[50.0], ort_wasm=[40.0])
    assert best(made, ("tfjs wasm", "ort wasm", "jax wasm"))["name"] == "ort wasm"
    assert best(made, ("jax wasm",)) is None
    limits = with_best({"relaxed": 40.0, "simd": None, "copy": 8.0})
    assert share(made, "ours cpu", limits) == (0.25, "simd best")  # 1e9 operations in 100 ms: 10 GFLOP/s
    assert share({**made, "flop": 0.0}, "ours cpu", limits) == (pytest.approx(0.005), "copy")
    assert share(made, "tfjs wasm", limits) is None
    assert share({**made, "unit": "MB"}, "ours cpu", limits) is None
    assert share(made, "ours cpu", with_best({})) is None


LIMITS = {"simd best": 20.0}


@pytest.mark.parametrize(
    ("times", "met"),
    [({"ours_cpu": [60.0], "tfjs_wasm": [90.0]}, True), ({"ours_cpu": [80.0], "tfjs_wasm": [90.0]}, False)],
)
def test_a_target_asks_for_the_ratio_to_the_best_peer_in_every_row(times, met):
    target = Target("t", ("matmul",), "ours cpu", ("tfjs wasm", "ort wasm"), 1.3)
    assert judge(target, [row(**times)], LIMITS)["met"] is met
    worse = row("matmul 64", ours_cpu=[1.0], tfjs_wasm=[9.0], ort_wasm=[1.2])
    found = judge(target, [row(**times), worse, row("conv", ours_cpu=[9.0], tfjs_wasm=[1.0])], LIMITS)
    assert found["met"] is False
    assert found["reached"] == [
        pytest.approx(min(1.2, 90 / times["ours_cpu"][0])),
        pytest.approx(max(1.2, 90 / times["ours_cpu"][0])),
    ]
    assert len(found["details"]) == 2


def test_a_target_with_a_share_of_a_limit_or_with_counts():
    target = Target("t", ("matmul",), "ours cpu", ("tfjs wasm",), 1.3, ("simd best", 0.8))
    # 1e9 operations in 60 ms are 16.7 of 20 GFLOP/s, in 70 ms 14.3.
    assert judge(target, [row(ours_cpu=[60.0], tfjs_wasm=[900.0])], LIMITS)["met"] is True
    assert judge(target, [row(ours_cpu=[70.0], tfjs_wasm=[900.0])], LIMITS)["met"] is False
    counted = Target("t", ("matmul",), "ours cpu", ("tfjs wasm",), 1.0, most={"draws": 70})
    made = row(ours_cpu=[1.0], tfjs_wasm=[2.0])
    assert judge(counted, [made], LIMITS)["met"] is False
    made["contestants"]["ours cpu"]["counts"] = {"draws": 70}
    assert judge(counted, [made], LIMITS)["met"] is True


def test_what_was_not_measured_is_neither_met_nor_missed():
    target = Target("t", ("matmul",), "ours cpu2", ("tfjs wasm2",), 1.3)
    found = judge(target, [row(tfjs_wasm2=[1.0])], LIMITS)
    assert found["met"] is None
    assert found["details"] == ["matmul 512: ours cpu2 not measured"]


def test_the_chart_has_a_bar_for_each_ratio_and_colours_for_both_pages(tmp_path):
    pytest.importorskip("pygal")
    from chart import draw

    rows = [row(ours_cpu=[10.0], ours_webgl=[4.0], tfjs_wasm=[5.0], tfjs_webgl=[8.0])]
    file = tmp_path / "chart.svg"
    assert draw({"rows": rows, "date": "2030-01-02T00:00:00"}, file)
    text = file.read_text()
    assert "matmul 512" in text and "0.50×" in text and "2.00×" in text
    assert "prefers-color-scheme: dark" in text and "<script" not in text
    assert not draw({"rows": [row(tfjs_wasm=[5.0])], "date": "2030-01-02"}, file)
