"""What scripts for Keras find under `keras.mixed_precision`. Policies are kept and saved; layers compute in float32."""

from .core import policies
from .core.policies import DTypePolicy
from .optimizers.loss_scale import LossScaleOptimizer

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]

# Keras's older name.
Policy = DTypePolicy


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none."""
    return policies.dtype_policy()


def set_dtype_policy(policy) -> None:
    """Make a policy, or that of a name, the one of layers that are given none."""
    return policies.set_dtype_policy(policy)


def global_policy() -> DTypePolicy:
    """The same as `dtype_policy`."""
    return policies.dtype_policy()


def set_global_policy(policy) -> None:
    """The same as `set_dtype_policy`."""
    return policies.set_dtype_policy(policy)
