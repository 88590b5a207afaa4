"""What the runtime of lowered modules needs of the library: operators of tensors, and arguments of methods by name."""

import json

from .library import Library

OPSET = "pybrowserml.core.opset"
BINARY = {
    "add": (f"{OPSET}.binary", "add"),
    "sub": (f"{OPSET}.binary", "subtract"),
    "mul": (f"{OPSET}.binary", "multiply"),
    "truediv": (f"{OPSET}.binary", "divide"),
    "floordiv": (f"{OPSET}.binary", "floor_divide"),
    "mod": (f"{OPSET}.binary", "mod"),
    "pow": (f"{OPSET}.binary", "power"),
    "matmul": (f"{OPSET}.matmul", "matmul"),
    "and": (f"{OPSET}.bits", "bitwise_and"),
    "or": (f"{OPSET}.bits", "bitwise_or"),
    "xor": (f"{OPSET}.bits", "bitwise_xor"),
    "lshift": (f"{OPSET}.bits", "shift_left"),
    "rshift": (f"{OPSET}.bits", "shift_right"),
    "lt": (f"{OPSET}.binary", "less"),
    "le": (f"{OPSET}.binary", "less_equal"),
    "gt": (f"{OPSET}.binary", "greater"),
    "ge": (f"{OPSET}.binary", "greater_equal"),
}
SIZES = {
    "add": ("pybrowserml.core.dims", "dim_add"),
    "sub": ("pybrowserml.core.dims", "dim_sub"),
    "mul": ("pybrowserml.core.dims", "dim_mul"),
    "floordiv": ("pybrowserml.core.dims", "dim_floordiv"),
}
UNARY = {
    "neg": (f"{OPSET}.unary", "negative"),
    "abs": (f"{OPSET}.unary", "absolute"),
    "invert": ("pybrowserml.ops.bits", "bitwise_not"),
}
OTHERS = {
    "Dim": ("pybrowserml.core.dims", "Dim"),
    "Tensor": ("pybrowserml.core.graph", "Tensor"),
    "Variable": ("pybrowserml.core.variables", "Variable"),
    "constant": ("pybrowserml.core.graph", "constant"),
    "toTensor": (f"{OPSET}.registry", "to_tensor"),
    "getItem": ("pybrowserml.ops.keys", "get_item"),
    "methodArguments": ("pybrowserml.platform.reflection", "method_arguments"),
}


def glue_text(library: Library, methods: set[str], shared: str) -> str:
    """The module that connects both. methods: those that the program calls with keywords; shared: see Program."""
    lines = [
        f"import '{shared}/pybrowserml.entry_full.js';",
        f"import {{ dict }} from '{shared}/runtime.js';",
        f"import {{ install, signatures }} from '{shared}/python/index.js';",
    ]
    for prefix, table in (("binary", BINARY), ("size", SIZES), ("unary", UNARY), ("other", OTHERS)):
        for name, (module, original) in table.items():
            lines.append(f"import {{ {original} as {prefix}_{name} }} from '{shared}/{module}.js';")
    binary = ", ".join(f"{name}: binary_{name}" for name in BINARY)
    sizes = ", ".join(f"{name}: size_{name}" for name in SIZES)
    unary = ", ".join(f"{name}: unary_{name}" for name in UNARY)
    tables = {name: library.signatures(name) for name in sorted(methods)}
    tables = {name: table for name, table in tables.items() if table}
    lines += [
        "install({",
        "  kinds: [other_Tensor, other_Variable],",
        "  size: other_Dim,",
        f"  sizes: {{ {sizes} }},",
        f"  binary: {{ {binary} }},",
        f"  unary: {{ {unary} }},",
        "  getItem: other_getItem,",
        "  tensor: other_toTensor,",
        "  constant: other_constant,",
        "  argumentsOf: other_methodArguments,",
        "  dict,",
        "  read: (tensor) => other_toTensor(tensor).data(),",
        "});",
        f"signatures({json.dumps(tables)});",
        "",
    ]
    return "\n".join(lines)
