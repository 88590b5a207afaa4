"""Operations between layers in configurations of Keras 3 as functions of `pb.ops` (CPython only).

Nothing is imported by its name: an operation is found among the functions that `pb.ops` offers, or refused.
"""

import inspect

from .. import ops
from ..core.known import class_named
from ..core.naming import snake_case
from ..platform.errors import error
from .keras_entries import LIBRARY

# Operations between layers, by Keras's class names, whose functions have other names here.
OPERATIONS = {
    "GetItem": "get_item",
    "TrueDivide": "divide",
    "Absolute": "absolute",
    "Relu6": "relu6",
    "Log1p": "log1p",
    "AllClose": "allclose",
    "BatchNorm": "batch_normalization",
    "CDist": "cdist",
    "HSVToRGB": "hsv_to_rgb",
    "IsIn": "isin",
    "LayerNorm": "layer_normalization",
    "RGBToGrayscale": "rgb_to_grayscale",
    "RGBToHSV": "rgb_to_hsv",
    "RMSNorm": "rms_normalization",
    "SearchSorted": "searchsorted",
    "SSIM": "ssim",
}


def operation_of(entry):
    """What applies a Keras operation such as keras.src.ops.numpy.Multiply, or None for a layer."""
    require_module(entry)
    module = entry.get("module")
    if not isinstance(module, str) or not module.startswith(("keras.src.ops", "keras.ops")):
        return None
    class_name = entry.get("class_name")
    function = _function_named(class_name)
    if function is None:
        raise error("FormatError", f"the operation {class_name} does not exist here")
    names = inspect.signature(function).parameters
    config = {
        key: value
        for key, value in entry.get("config", {}).items()
        if key != "name" and (key != "dtype" or "dtype" in names and isinstance(value, str))
    }

    def call(args, kwargs):
        given = {
            **config,
            **{key: value for key, value in kwargs.items() if key in names or value is not None},
        }
        # What is None or False asks for nothing that the function would need to know.
        given = {
            key: value
            for key, value in given.items()
            if key in names or not (value is None or value is False)
        }
        if class_name == "Einsum":
            return function(given.pop("subscripts"), *args, **given)
        return function(*args, **given)

    return call


def _function_named(class_name):
    """The op of a class name such as LogSoftmax, or None; only functions of tensors that pb.ops offers."""
    if not isinstance(class_name, str):
        return None
    name = OPERATIONS.get(class_name, snake_case(class_name))
    function = getattr(ops, name, getattr(ops.image, name, None))
    rooms = ("pybrowserml.ops", "pybrowserml.core.opset")
    return function if inspect.isfunction(function) and function.__module__.startswith(rooms) else None


def require_module(entry):
    """Raise FormatError where an entry names a class of neither Keras nor the user's."""
    module = entry.get("module")
    if isinstance(module, str) and module.split(".")[0] not in ("keras", "builtins"):
        # A class that the user made known is taken from there, and not by its module.
        for name in (entry.get("registered_name"), entry.get("class_name")):
            known = class_named(name, "layer")
            if known is not None and not known.__module__.startswith(LIBRARY + "."):
                return
        raise error(
            "FormatError",
            f"it names '{module}.{entry.get('class_name')}', which is no part of Keras; it is not imported",
        )
