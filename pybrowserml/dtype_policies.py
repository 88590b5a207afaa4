"""Policies of precision, what scripts for Keras find under `keras.dtype_policies`; layers compute in float32."""

from .core.keras_form import keras_entry
from .core.policies import DTypePolicy, policy_of

__all__ = ["DTypePolicy", "deserialize", "get", "serialize"]


def get(identifier) -> DTypePolicy:
    """The policy of a name ("mixed_float16"), a configuration or a policy; of None the global one."""
    return policy_of(identifier)


def serialize(dtype_policy):
    """The configuration {"module", "class_name", "config", "registered_name"} of a policy."""
    return keras_entry(dtype_policy, "object")


def deserialize(config) -> DTypePolicy:
    """The policy of a configuration."""
    return policy_of(config)
