"""Type checkers read an argument's type from its default: where that tells too little, the argument is annotated."""

from pybrowserml.tools.bundle import LIBRARY, ROOT
from pybrowserml.tools.signatures import Class, Function, interface

# Arguments that take more than one kind of value, wherever they stand.
WIDER = {
    "activation",
    "recurrent_activation",
    "optimizer",
    "learning_rate",
    "merge_mode",
    "window",
    "argnums",
}
WIDER |= {"strides", "dilation_rate", "dilations", "pool_size", "cropping", "save_freq"}


def signatures(public):
    """(label, arguments) of all public functions, constructors and methods."""
    for name, item in public.items():
        if isinstance(item, dict):
            yield from ((f"{name}.{label}", arguments) for label, arguments in signatures(item))
        elif isinstance(item, Class):
            yield name, item.arguments
            yield from ((f"{name}.{method.name}", method.arguments) for method in item.all_methods().values())
        elif isinstance(item, Function):
            yield name, item.arguments


def test_defaults_that_tell_too_little():
    narrow = [
        f"{label}({argument.name}={argument.default})"
        for label, arguments in signatures(interface(ROOT, LIBRARY))
        for argument in arguments
        if argument.name in WIDER or argument.name.endswith("_initializer")
        if argument.annotation is None and argument.default not in (None, "None")
    ]
    assert narrow == []
