"""What scripts for Keras ask under `keras.config` and `keras.backend`; policy, limits, logging can be changed."""

from .core import policies
from .core.dtypes import check_dtype, is_float, is_integer
from .core.naming import next_number, reset_names
from .layers.history import is_keras_tensor as _is_keras_tensor
from .models.limits import LIMITS
from .ops.arguments import require_whole, shown
from .platform.console import is_interactive, set_interactive
from .platform.errors import error

__all__ = [
    "backend",
    "clear_session",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_interactive_logging",
    "epsilon",
    "get_uid",
    "floatx",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_dtype_policy",
    "set_epsilon",
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


def set_epsilon(value: float) -> None:
    """Accepts 1e-7, the only one that there is."""
    return _only(value, 1e-7, "set_epsilon")


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


def dtype_policy() -> policies.DTypePolicy:
    """The policy of layers that are given none: "float32", unless set_dtype_policy said another."""
    return policies.dtype_policy()


def set_dtype_policy(policy) -> None:
    """Make a policy, or that of a name, the one of layers that are given none.

    Names such as "mixed_float16" are kept and saved; layers compute in float32 whatever they are.
    """
    return policies.set_dtype_policy(policy)


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


def is_traceback_filtering_enabled() -> bool:
    """False: tracebacks show all lines."""
    return False


def disable_traceback_filtering() -> None:
    """Let tracebacks show all lines, as they do anyway."""
    return None


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


def clear_session(free_memory=True) -> None:
    """Count automatic names from the start again, and let "float32" be the policy of layers.

    free_memory is known for Keras's sake: memory is given back by itself.
    """
    reset_names()
    return set_dtype_policy("float32")


def get_uid(prefix="") -> int:
    """The next number of a name, from 1, as automatic names count."""
    return next_number(prefix)


def _only(value, known, asked):
    if value != known:
        raise error("ArgumentError", asked + ": there is only " + shown(known) + ", got " + shown(value))
    return None
