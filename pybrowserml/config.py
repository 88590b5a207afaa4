"""What scripts for Keras ask under `keras.config` and `keras.backend`; what can be changed are limits and logging."""

from .core.config import dtype_of_policy
from .core.dtypes import check_dtype, is_float, is_integer
from .core.naming import reset_names
from .layers.history import is_keras_tensor as _is_keras_tensor
from .models.limits import LIMITS
from .ops.arguments import require_whole, shown
from .platform.console import is_interactive, set_interactive
from .platform.errors import error

__all__ = [
    "backend",
    "clear_session",
    "disable_interactive_logging",
    "dtype_policy",
    "enable_interactive_logging",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "max_epochs",
    "max_steps_per_epoch",
    "set_dtype_policy",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
    "standardize_dtype",
]


def backend() -> str:
    """The name of the library that computes."""
    return "pybrowserml"


def epsilon() -> float:
    """The small number that keeps losses and layers from dividing by zero."""
    return 1e-7


def floatx() -> str:
    """The dtype of weights and of numbers with a fraction."""
    return "float32"


def set_floatx(value: str) -> None:
    """Accepts "float32", the only one that there is."""
    return _only(value, "float32", "set_floatx")


def image_data_format() -> str:
    """The layout of images: the channels are last."""
    return "channels_last"


def set_image_data_format(data_format: str) -> None:
    """Accepts "channels_last", the only default that there is; layers take a data_format of their own."""
    return _only(data_format, "channels_last", "set_image_data_format")


def dtype_policy() -> str:
    """The dtype in which layers compute."""
    return "float32"


def set_dtype_policy(policy) -> None:
    """Accepts policies of floats, the mixed ones too: all of them compute in float32 here."""
    return _only(dtype_of_policy(policy), "float32", "set_dtype_policy")


def max_epochs():
    """The most epochs of a `fit`, None where there is no limit."""
    return LIMITS.epochs


def set_max_epochs(max_epochs) -> None:
    """Let every `fit` end after so many epochs, to try out a script; None: no limit."""
    LIMITS.epochs = None if max_epochs is None else require_whole(max_epochs, 1, "max_epochs")


def max_steps_per_epoch():
    """The most batches of an epoch, an evaluation or a prediction, None where there is no limit."""
    return LIMITS.steps


def set_max_steps_per_epoch(max_steps_per_epoch) -> None:
    """Let every epoch, evaluation and prediction end after so many batches, to try out a script; None: no limit."""
    limit = max_steps_per_epoch
    LIMITS.steps = None if limit is None else require_whole(limit, 1, "max_steps_per_epoch")


def is_interactive_logging_enabled() -> bool:
    """Whether progress and messages of callbacks go to the console."""
    return is_interactive()


def enable_interactive_logging() -> None:
    """Let progress and messages of callbacks go to the console, as they do by themselves."""
    set_interactive(True)


def disable_interactive_logging() -> None:
    """Let progress and messages of callbacks go to the logger "pybrowserml"; in JavaScript to console.debug."""
    set_interactive(False)


def standardize_dtype(dtype) -> str:
    """The name of a dtype."""
    return check_dtype(dtype)


def is_float_dtype(dtype) -> bool:
    """Whether a dtype is one of floats."""
    return is_float(check_dtype(dtype))


def is_int_dtype(dtype) -> bool:
    """Whether a dtype is one of whole numbers."""
    return is_integer(check_dtype(dtype))


def is_keras_tensor(x) -> bool:
    """Whether x is a symbolic tensor of a functional model."""
    return _is_keras_tensor(x)


def clear_session() -> None:
    """Count automatic names from the start again."""
    return reset_names()


def _only(value, known, asked):
    if value != known:
        raise error("ArgumentError", asked + ": there is only '" + known + "', got " + shown(value))
    return None
