"""Policies of precision, as Keras has them: names that models carry, and that files keep.

Every layer computes in float32 and keeps its weights in float32, whatever its policy; what Keras would compute in
stands in `compute_dtype` and `variable_dtype` of the policy.
"""

from ..platform.errors import error
from ..platform.numbers import is_dict, is_string
from .config import Configurable
from .known import register

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
# What Keras lets a policy be, some of which no tensor has here.
PLAIN = ["float16", "bfloat16", "float32", "float64", "bool", "string"]
PLAIN.extend(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])


class DTypePolicy(Configurable):
    """The dtypes that a layer computes in and keeps its weights in.

    name: of a dtype, "mixed_float16" or "mixed_bfloat16"; the global policy's when None.
    """

    def __init__(self, name=None):
        if name is None:
            name = GLOBAL[0].name
        if not is_string(name) or (name not in MIXED and name not in PLAIN):
            raise error(
                "ArgumentError",
                "unknown policy of precision "
                + ("'" + name + "'" if is_string(name) else "(no text)")
                + "; known: mixed_float16, mixed_bfloat16, "
                + ", ".join(PLAIN),
            )
        self.name = name
        self.compute_dtype = MIXED[name] if name in MIXED else name
        self.variable_dtype = "float32" if name in MIXED else name
        self.quantization_mode = None

    def get_config(self):
        """The name."""
        return {"name": self.name}


register("DTypePolicy", DTypePolicy)

# Changed by set_dtype_policy; the first is the policy of layers that say none.
GLOBAL = [DTypePolicy("float32")]


def policy_of(identifier):
    """The DTypePolicy of a name, a policy, a configuration of one, or None for the global one."""
    if identifier is None:
        return GLOBAL[0]
    if hasattr(identifier, "compute_dtype"):
        return identifier
    if is_dict(identifier):
        inner = identifier.get("config")
        name = inner.get("name") if is_dict(inner) else None
        if not is_string(name):
            raise error("FormatError", "a policy of precision must have a name")
        return DTypePolicy(name)
    return DTypePolicy(identifier)


def dtype_policy():
    """The policy of layers that are given none: float32, unless set_dtype_policy said another."""
    return GLOBAL[0]


def set_dtype_policy(policy):
    """Make a policy, or that of a name, the one of layers that are given none."""
    GLOBAL[0] = policy_of(policy)
    return None
