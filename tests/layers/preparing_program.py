"""Layers of text and random layers of images in Python and, transpiled, in JavaScript, with the same answers.

In the subset. Rows come from test_text.py and test_augmentation.py.
"""

from pybrowserml import layers, ops
from pybrowserml.backends.active import engine_names, register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.compiler import realise
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.graph import is_tensor
from pybrowserml.core.host import HostArray, host_array, host_numbers
from pybrowserml.core.naming import reset_names
from pybrowserml.ops import random
from pybrowserml.platform.buffers import from_numbers
from pybrowserml.platform.errors import error, message_of
from pybrowserml.platform.numbers import is_dict
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import from_json, to_json


def picture(shape):
    """Whole numbers 0 .. 255 that look random, as float32."""
    count = 1
    for dim in shape:
        count = count * dim
    numbers = [(i * i * 7 + i * 31) % 251 for i in range(count)]
    return ops.convert_to_tensor(HostArray(from_numbers("float32", numbers), shape, "float32"))


def listed(found):
    """Generator → [shape, numbers] of a tensor, a dict of these of a dict; other things as they are."""
    if is_dict(found):
        made = {}
        for key in sorted(found.keys()):
            made[key] = yield from listed(found[key])
        return made
    if not is_tensor(found):
        return found
    data = yield ops.reshape(found, [-1]).data()
    return [found.shape, host_numbers(host_array(data, found.dtype))]


def layer_of(row):
    """The layer of a row."""
    made = from_config(row["layer"], "layer")
    if not isinstance(made, layers.Layer):
        raise ValueError("not a layer")
    return made


def told_of(layer, x, transformation):
    """What the layer makes of images and boxes by a transformation that is told."""
    given = {"input_shape": [3, 6, 5, 3]}
    for key in transformation.keys():
        given[key] = ops.convert_to_tensor(transformation[key])
    if not is_dict(x):
        return {"images": layer.transform_images(x, given)}
    made = {"images": layer.transform_images(x["images"], given)}
    made["boxes"] = layer.transform_bounding_boxes(x["bounding_boxes"], given)
    return made


def run_image(row):
    """Generator → what comes out in training and not, twice in training, and the configuration that comes back.

    Of a brief row only what comes out first in training.
    """
    random.set_seed(row["seed"])
    reset_names()
    layer = layer_of(row)
    x = picture(row["shape"])
    if row["labels"]:
        eye = HostArray(from_numbers("float32", [1, 0, 0, 1, 1, 0]), [3, 2], "float32")
        x = {"images": x, "labels": ops.convert_to_tensor(eye)}
    if row["boxes"] is not None:
        boxes = ops.convert_to_tensor(row["boxes"])
        labels = ops.convert_to_tensor([[0, 1], [2, 3], [4, 5]])
        x = {"images": x, "bounding_boxes": {"boxes": boxes, "labels": labels}, "segmentation_masks": x}
    entry = config_of(layer)
    answers = {"config": entry, "again": config_of(from_config(entry, "layer"))}
    if row["transformation"] is not None:
        answers["told"] = yield from listed(told_of(layer, x, row["transformation"]))
    if row["brief"]:
        answers["trained"] = yield from listed(layer.apply_to(x, True))
        return answers
    answers["plain"] = yield from listed(layer.apply_to(x, False))
    answers["trained"] = yield from listed(layer.apply_to(x, True))
    answers["next"] = yield from listed(layer.apply_to(x, True))
    answers["given"] = yield from listed(x)
    return answers


def run_text(row):
    """Generator → what a layer gives after `adapt`, its vocabulary and the configuration that comes back."""
    reset_names()
    layer = layer_of(row)
    if row["adapt"] is not None:
        yield layer.adapt(row["adapt"])
    answers = {}
    answers["result"] = yield from listed(layer.apply_to(row["x"]))
    if hasattr(layer, "get_vocabulary"):
        answers["vocabulary"] = layer.get_vocabulary()
        answers["size"] = layer.vocabulary_size()
    entry = config_of(layer)
    again = from_config(entry, "layer")
    answers["config"] = entry
    answers["again"] = config_of(again)
    answers["result again"] = yield from listed(again.apply_to(row["x"]))
    return answers


def run_failure(row):
    """Generator → the message of what must be refused."""
    reset_names()
    try:
        layer = layer_of(row)
        if row["adapt"] is not None:
            yield layer.adapt(row["adapt"])
        yield from listed(layer.apply_to(row["x"]))
    except Exception as caught:
        return message_of(caught)
    return "accepted"


def make_webgl():
    made = open_engine({})
    if made[0] is None:
        raise error("EngineError", made[1])
    return made[0]


def answer(text):
    """Generator → JSON of the answers to {"engine", "rows"}."""
    realise.install()
    given = from_json(text)
    if len(engine_names()) == 0:
        register_engine("cpu", lambda: [True, ""], CpuBackend)
        register_engine("webgl", lambda: [True, ""], make_webgl)
    set_backend(given["engine"])
    answers = []
    for row in given["rows"]:
        if row["kind"] == "image":
            found = yield from run_image(row)
        elif row["kind"] == "text":
            found = yield from run_text(row)
        else:
            found = yield from run_failure(row)
        answers.append(found)
    return to_json(answers)


def run_job(text):
    """A promise of the answers."""
    return drive(answer(text))
