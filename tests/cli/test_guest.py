"""A built model is a good guest: strict policies, no other origin, static script, file://, try-it page."""

import shutil

import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.browser

LOAD = "const { load } = await import(new URL('model.js', location.href)); "


def wait(driver, condition, seconds=30):
    return WebDriverWait(driver, seconds, poll_frequency=0.1).until(condition)


@pytest.mark.parametrize(
    ("engine", "wasm", "seen"), [("webgl", True, 0), ("cpu", False, 0), ("cpu", True, 1)]
)
def test_strict_policy_and_trusted_types(bundles, opened, js, samples, engine, wasm, seen):
    """With WebAssembly the attempt to compile is reported once, and plain JavaScript serves."""
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    evaluated, loss, broken = js(
        """
        const broken = [];
        addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective));
        """
        + LOAD
        + """
        const model = await load({ backend: args[2], wasm: args[3] });
        const history = await model.fit(args[0], args[1], { epochs: 1 });
        await model.predict(args[0]);
        await model.save("indexeddb://strict");
        (await load({ from: "indexeddb://strict", backend: args[2], wasm: args[3] })).dispose();
        await new Promise((resolve) => setTimeout(resolve, 50));
        const before = broken.length;
        // The policy is in force: an inline style sheet is one violation.
        document.head.append(Object.assign(document.createElement("style"), { textContent: "a {}" }));
        await new Promise((resolve) => setTimeout(resolve, 50));
        return [before, history.history.loss.length, broken.length];
        """,
        x.tolist(),
        y.tolist(),
        engine,
        wasm,
    )
    assert (evaluated, loss, broken) == (seen, 1, seen + 1)


@pytest.fixture
def opened(opened, driver):
    """As elsewhere, but the policy is broken on purpose here: forget what the log says."""
    yield opened
    driver.get_log("browser")


def test_only_its_own_origin_is_asked(bundles, opened, js):
    _, folder = bundles("dense", trainable=True)
    address = opened(folder)
    asked = js(
        LOAD
        + """
        (await load()).dispose();
        const asked = () => performance.getEntriesByType("resource").map(({ name }) => name);
        for (let i = 0; i < 50 && asked().length < 4; i++) await new Promise((done) => setTimeout(done, 100));
        return asked();
        """
    )
    assert {name.removeprefix(address) for name in asked} == {
        "model.js",
        "model.cpu.js",
        "model.json",
        "model.safetensors",
    }


PAGE = """<!doctype html><meta charset="utf-8"><title></title>
<script src="before.js"></script><script src="model.global.js"></script><script src="after.js"></script>"""
BEFORE = """
Array.prototype.remove = () => "mine";
globalThis.before = [];
before.push(...Object.getOwnPropertyNames(globalThis));
"""
AFTER = """
(async () => {
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
  const enumerated = [];
  for (const thing of [[], "", {}, () => 1]) for (const key in thing) enumerated.push(key);
  const model = await pybrowserml.load({ backend: "cpu" });
  const { data } = await model.predict([[1, 2, 3, 4]]);
  document.title = JSON.stringify({ added, enumerated, mine: [1].remove(), data: Array.from(data) });
})().catch((error) => { document.title = JSON.stringify({ failed: String(error?.stack) }); });
"""


def static_page(folder, tmp_path):
    page = shutil.copytree(folder, tmp_path / "page")
    (page / "page.html").write_text(PAGE)
    (page / "before.js").write_text(BEFORE)
    (page / "after.js").write_text(AFTER)
    return page


@pytest.mark.parametrize("where", ["server", "file", "file, nothing beside it"])
def test_static_script(bundles, driver, serve, tmp_path, where):
    import json

    model, folder = bundles("dense", trainable=True)
    page = static_page(folder, tmp_path)
    if where == "file, nothing beside it":
        for name in ("model.json", "model.safetensors", "model.js"):
            (page / name).unlink()
    driver.get(f"{serve(page)}page.html" if where == "server" else f"file://{page}/page.html")
    wait(driver, lambda page: page.title.startswith("{"))
    found = json.loads(driver.title)
    assert found.get("failed") is None
    assert found["added"] == ["pybrowserml"]
    assert found["enumerated"] == ["remove"]
    assert found["mine"] == "mine"
    np.testing.assert_allclose(
        [found["data"]], model.predict(np.array([[1, 2, 3, 4]], np.float32), verbose=0), atol=1e-5
    )


def test_two_models_side_by_side(bundles, driver, serve, tmp_path, js):
    """Two bundles of two models on one page, as modules and as static scripts."""
    first, one = bundles("dense", trainable=True)
    second, two = bundles("two")
    page = tmp_path / "page"
    shutil.copytree(one, page / "one")
    shutil.copytree(two, page / "two")
    (page / "keep.js").write_text("globalThis.kept = pybrowserml;")
    tags = "".join(
        f"<script src='{name}'></script>"
        for name in ("one/model.global.js", "keep.js", "two/model.global.js")
    )
    (page / "index.html").write_text(f"<!doctype html><title></title>{tags}")
    driver.get(serve(page))
    found = js(
        """
        const loaders = [
          kept.load, pybrowserml.load,
          (await import(new URL("one/model.js", location.href))).load,
          (await import(new URL("two/model.js", location.href))).load,
        ];
        const models = await Promise.all(loaders.map((load) => load()));
        const dense = [[1, 2, 3, 4]], pair = [[[1, 2, 3, 4, 5]], [[6, 7]]];
        const inputs = [dense, pair, dense, pair];
        const results = await Promise.all(models.map((model, i) => model.predict(inputs[i])));
        return results.map((result) => Array.from((result.kind ?? result).data));
        """
    )
    dense = first.predict(np.array([[1, 2, 3, 4]], np.float32), verbose=0).ravel()
    pair = second.predict(
        [np.array([[1, 2, 3, 4, 5]], np.float32), np.array([[6, 7]], np.float32)], verbose=0
    )[1].ravel()
    for mine, expected in zip(found, [dense, pair, dense, pair], strict=True):
        np.testing.assert_allclose(mine, expected, atol=1e-5)


@pytest.mark.parametrize("where", ["server", "file"])
def test_the_page_to_try_it(bundles, driver, serve, where):
    _, folder = bundles("dense", trainable=True)
    driver.get_log("browser")
    driver.get(serve(folder) if where == "server" else f"file://{folder}/index.html")
    wait(driver, lambda page: page.find_element(By.ID, "status").text.startswith("Ready on"))
    assert driver.find_element(By.TAG_NAME, "h1").text == "flowers"
    assert driver.find_element(By.TAG_NAME, "legend").text == "features: float32 (any, 4)"
    area = driver.find_element(By.TAG_NAME, "textarea")
    area.clear()
    area.send_keys("[[1, 2, 3, 4], [0, 0, 0, 0]]")
    driver.find_element(By.CSS_SELECTOR, "button").click()
    wait(driver, lambda page: page.find_element(By.ID, "status").text.startswith("Answered in"))
    assert len(driver.find_elements(By.CSS_SELECTOR, "#outputs tr")) == 6
    area.clear()
    area.send_keys("[[1, 2]]")
    driver.find_element(By.CSS_SELECTOR, "button").click()
    wait(
        driver,
        lambda page: "must have shape (batch, 4), got (1, 2)" in page.find_element(By.ID, "status").text,
    )
    violations = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert violations == []
