"""The whole library for JavaScript: what a page imports as `pybrowserml`."""

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
    ops,
    optimizers,
    regularizers,
    saving,
    utils,
)
from . import config as backend
from .backends.active import backend_info, on_engine_change, set_backend
from .backends.cpu import double_kernels
from .backends.journal import set_recovery
from .compiler import realise
from .core.graph import Tensor
from .core.known import register_function
from .core.policies import DTypePolicy
from .core.stateless import StatelessScope
from .core.variables import Variable
from .engines import register_engines
from .layers.input import Input
from .layers.input_spec import InputSpec
from .layers.layer import Layer
from .models.loading import load_model
from .models.model import Model
from .models.opening import open_frozen
from .models.sequential import Sequential
from .ops import random
from .ops.creation import convert_to_tensor as tensor
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

__all__ = [
    "ArgumentError",
    "DTypePolicy",
    "DtypeError",
    "EngineError",
    "EngineLostError",
    "FormatError",
    "Input",
    "InputSpec",
    "Layer",
    "Model",
    "NotBuiltError",
    "NumericError",
    "Profile",
    "PybrowsermlError",
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
    "open_frozen",
    "ops",
    "optimizers",
    "profile",
    "random",
    "register_function",
    "regularizers",
    "remat",
    "saving",
    "scope",
    "set_backend",
    "set_recovery",
    "tensor",
    "utils",
    "value_and_grad",
    "value_and_grads",
    "variable_grads",
    "vjp",
    "vmap",
]

register_engines()
double_kernels.install()
realise.install()
