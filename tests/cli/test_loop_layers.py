"""A built model with a loop in it, on a page."""

import json

import numpy as np
import pytest
from page_scripts import ENGINES, LOAD, PLAIN, arrays
from small_models import MAKERS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("engine", ENGINES)
def test_a_layer_with_a_loop_predicts_and_trains(bundles, opened, js, engine):
    model, folder = bundles("recurrent", trainable=True)
    opened(folder)
    rng = np.random.default_rng(8)
    x = rng.normal(size=(7, 5, 2)).astype(np.float32)
    y = (x[:, :, 0].sum(axis=1) > 0).astype(np.int32)
    plans = json.loads((folder / "model.json").read_text())["plans"]
    loops = [step["kernel"] for step in plans["train"]["steps"]].count("scan")
    assert loops == 2 and len(plans["train"]["subplans"]) == 2
    before, losses, after = js(
        LOAD
        + PLAIN
        + """
        const model = await load({ backend: args[2] });
        const before = plain(await model.predict(args[0]));
        const losses = [];
        for (let i = 0; i < 4; i++) losses.push((await model.trainOnBatch(args[0], args[1])).loss);
        return [before, losses, plain(await model.predict(args[0]))];
        """,
        x.tolist(),
        y.tolist(),
        engine,
    )
    fresh = MAKERS["recurrent"]()
    np.testing.assert_allclose(arrays(before), fresh.predict(x, verbose=0), atol=1e-5)
    expected = [fresh.train_on_batch(x, y) for _ in range(4)]
    np.testing.assert_allclose(losses, [np.ravel(loss)[0] for loss in expected], rtol=1e-4)
    np.testing.assert_allclose(arrays(after), fresh.predict(x, verbose=0), atol=1e-4)
