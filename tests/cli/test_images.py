"""Images, canvases and pixels as inputs of a built model."""

import numpy as np
import pytest
from small_models import PageError

pytestmark = pytest.mark.browser

LOAD = "const { load } = await import(new URL('model.js', location.href)); "
# A canvas of 4 × 6 in three colours: rows of red, of (10, 20, 30), and a half transparent white one.
PAINT = """
const paint = (canvas) => {
  const context = canvas.getContext("2d");
  context.fillStyle = "rgb(255 0 0)"; context.fillRect(0, 0, 4, 2);
  context.fillStyle = "rgb(10 20 30)"; context.fillRect(0, 2, 4, 2);
  context.fillStyle = "rgb(255 255 255 / 50%)"; context.fillRect(0, 4, 4, 2);
  return canvas;
};
const canvas = () => paint(Object.assign(document.createElement("canvas"), { width: 4, height: 6 }));
"""


def painted():
    image = np.zeros((6, 4, 3), np.float32)
    image[0:2] = [255, 0, 0]
    image[2:4] = [10, 20, 30]
    image[4:6] = 128
    return image


@pytest.mark.parametrize("pixels", [(0.0, 255.0), (0.0, 1.0), (-1.0, 1.0)])
def test_all_kinds_of_images(bundles, opened, js, pixels):
    _, folder = bundles("image", pixels=pixels)
    opened(folder)
    kinds = js(
        LOAD
        + PAINT
        + """
        const model = await load({ backend: "cpu" });
        const source = canvas();
        const picture = new Image();
        picture.src = source.toDataURL();
        await picture.decode();
        const kinds = [
          source,
          paint(new OffscreenCanvas(4, 6)),
          source.getContext("2d").getImageData(0, 0, 4, 6),
          await createImageBitmap(source),
          picture,
        ];
        const results = [];
        for (const kind of kinds) results.push(Array.from((await model.predict(kind)).data));
        const many = await model.predict(kinds);
        const second = Array.from(many.data.subarray(72, 144));
        return [...results, [many.shape, second], model.signature.inputs[0].pixels];
        """
    )
    low, high = pixels
    expected = (painted() * (high - low) / 255 + low).ravel()
    assert kinds.pop() == [low, high]
    shape, second = kinds.pop()
    assert shape == [5, 72]
    # One of 255 steps of slack for half transparency.
    for found in [*kinds, second]:
        np.testing.assert_allclose(found, expected, atol=1.01 * (high - low) / 255)


def test_another_size_is_drawn_to_the_models(bundles, opened, js):
    _, folder = bundles("image", pixels=(0.0, 1.0))
    opened(folder)
    found = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        const canvas = Object.assign(document.createElement("canvas"), { width: 100, height: 33 });
        const context = canvas.getContext("2d");
        context.fillStyle = "rgb(0 255 0)"; context.fillRect(0, 0, 100, 33);
        return Array.from((await model.predict(canvas)).data);
        """
    )
    np.testing.assert_allclose(np.reshape(found, (6, 4, 3)), np.tile([0, 1, 0], (6, 4, 1)), atol=1e-6)


@pytest.mark.parametrize(
    "body, told",
    [
        ("model.predict(new Image())", "the image has no pixels; has it loaded?"),
        (
            "model.predict(Object.assign(document.createElement('canvas'), { width: 0, height: 3 }))",
            "input 'photo'",
        ),
    ],
)
def test_images_that_cannot_be_read(bundles, opened, js, body, told):
    _, folder = bundles("image")
    opened(folder)
    with pytest.raises(PageError) as caught:
        js(LOAD + f"const model = await load({{ backend: 'cpu' }}); return {body};")
    assert caught.value.kind == "ArgumentError"
    assert told in caught.value.message


def test_an_image_for_a_model_of_numbers(bundles, opened, js):
    _, folder = bundles("dense")
    opened(folder)
    with pytest.raises(PageError) as caught:
        js(LOAD + PAINT + "return (await load({ backend: 'cpu' })).predict(canvas());")
    assert caught.value.message == (
        "input 'features' takes (batch, 4), which is no image of 1, 3 or 4 channels; pass numbers"
    )
