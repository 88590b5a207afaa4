"""pybrowserml: train in Python; predict and train in any browser (CPython only; JavaScript enters by entry_full).

import pybrowserml as pb

model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10)
"""

import os

from . import (
    activations,
    callbacks,
    config,
    constraints,
    data,
    debug,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    models,
    operators,
    ops,
    optimizers,
    preprocessing,
    python_api,
    regularizers,
    saving,
    tree,
    utils,
)
from . import config as backend
from .backends.active import backend_info, on_engine_change, register_engine, set_backend
from .backends.journal import set_recovery
from .backends.numpy import NumpyBackend
from .compiler import realise
from .core.graph import Tensor
from .core.known import register as register_class
from .core.known import register_function
from .core.policies import DTypePolicy
from .core.stateless import StatelessScope
from .core.variables import Variable
from .initializers import Initializer
from .layers import Input, InputSpec, Layer
from .losses import Loss
from .metrics import Metric
from .models import Model, Sequential, files, loading
from .models.archives import is_archive_folder
from .ops import convert_to_tensor as tensor
from .ops import random
from .optimizers import Optimizer
from .platform.errors import (
    ArgumentError,
    DtypeError,
    EngineError,
    EngineLostError,
    FormatError,
    NotBuiltError,
    NumericError,
    PybrowsermlError,
    ShapeError,
    TensorLostError,
)
from .profiling.profile import profile
from .profiling.report import Profile
from .regularizers import Regularizer
from .symbols import Function, KerasTensor
from .transforms import (
    custom_gradient,
    explain,
    function,
    grad,
    grads,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    remat,
    scope,
    value_and_grad,
    value_and_grads,
    variable_grads,
    vjp,
    vmap,
)
from .utils import images

__version__ = "0.1.0"

register_engine("numpy", lambda: [True, ""], NumpyBackend)
realise.install()
operators.install()
python_api.install()


def version():
    """The version of the library."""
    return __version__


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """The model of a folder that `save` wrote, of a `.zip` of one (a page offers such as downloads), or of a `.keras`
    or `.h5` file, of this library or of Keras (needs h5py). A `.keras` file may be given as an open binary file, or
    as a folder of its parts (`save(zipped=False)`), too.

    custom_objects: dict of classes and functions by name, that the file may name besides the registered ones.
    compile: restore optimizer, loss and metrics too, where the file has them. safe_mode: only True. Raises
    FormatError for a damaged or hostile file, and for layers that do not exist here; it names the file.
    """
    kind = files.format_of(filepath)
    if safe_mode and (hasattr(filepath, "read") or is_archive_folder(filepath)):
        return files.KERAS.load(filepath, compile, custom_objects)
    if safe_mode and os.path.isfile(filepath) and not os.fspath(filepath).endswith(".zip"):
        return (files.KERAS if kind is None else kind).load(filepath, compile, custom_objects)
    return loading.load_model(filepath, custom_objects, compile, safe_mode)


files.install()
models.load_model = saving.load_model = load_model
for name in images.__all__:
    setattr(utils, name, getattr(images, name))
# Where Keras groups its ops by subject, all are found by each name.
for group in ("nn", "numpy", "linalg"):
    setattr(ops, group, ops)

__all__ = [
    "ArgumentError",
    "DTypePolicy",
    "DtypeError",
    "EngineError",
    "EngineLostError",
    "FormatError",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "NotBuiltError",
    "NumericError",
    "Optimizer",
    "Profile",
    "PybrowsermlError",
    "Regularizer",
    "Sequential",
    "ShapeError",
    "StatelessScope",
    "Tensor",
    "TensorLostError",
    "Variable",
    "activations",
    "backend",
    "backend_info",
    "callbacks",
    "config",
    "constraints",
    "custom_gradient",
    "data",
    "debug",
    "dtype_policies",
    "explain",
    "function",
    "grad",
    "grads",
    "hessian",
    "hvp",
    "initializers",
    "jacobian",
    "jvp",
    "layers",
    "linearize",
    "load_model",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "on_engine_change",
    "ops",
    "optimizers",
    "preprocessing",
    "profile",
    "random",
    "register_class",
    "register_function",
    "regularizers",
    "remat",
    "saving",
    "scope",
    "set_backend",
    "set_recovery",
    "tensor",
    "tree",
    "utils",
    "value_and_grad",
    "value_and_grads",
    "variable_grads",
    "version",
    "vjp",
    "vmap",
]
