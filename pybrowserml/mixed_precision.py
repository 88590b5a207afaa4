"""What scripts for Keras find under `keras.mixed_precision`. Policies are kept and saved; layers compute in float32."""

from .core.policies import DTypePolicy, dtype_policy, set_dtype_policy
from .core.policies import DTypePolicy as Policy
from .core.policies import dtype_policy as global_policy
from .core.policies import set_dtype_policy as set_global_policy
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
