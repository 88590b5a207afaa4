"""Recorded primitives between layers as the operations of Keras 3, for files that Keras reads (CPython only).

A configuration of ours has an entry of class "Operation" for each primitive, and constants among them. Keras has
constants among the arguments of a call, and sizes of the batch nowhere: where an entry needs one and no tensor has it,
or where Keras has no such operation, the entries stay as they are, and only this library reads the file.
"""

NUMPY = "keras.src.ops.numpy"
MATH = "keras.src.ops.math"
NN = "keras.src.ops.nn"
CORE = "keras.src.ops.core"

# Elementwise primitives: [module, class].
ELEMENTWISE = {
    name: (NUMPY, "".join(part.capitalize() for part in name.split("_")))
    for name in (
        "negative absolute sign exp expm1 log log1p sqrt reciprocal sin cos tan tanh floor ceil isnan isfinite "
        "logical_not add subtract multiply divide maximum minimum power mod floor_divide arctan2 "
        "equal not_equal less less_equal greater greater_equal logical_and logical_or where"
    ).split()
}
ELEMENTWISE.update(
    {
        "rsqrt": (MATH, "Rsqrt"),
        "erf": (MATH, "Erf"),
        "sigmoid": (NN, "Sigmoid"),
        "stop_gradient": (CORE, "StopGradient"),
    }
)
REDUCTIONS = {"sum": "Sum", "prod": "Prod", "max": "Max", "min": "Min"}


class Unknown(Exception):
    """Keras has no such operation."""


def keras_operations(layers):
    """The entries of a functional configuration with Keras's operations; the same list where it cannot be said so."""
    if not any(entry.get("class_name") == "Operation" for entry in layers):
        return layers
    try:
        return _Writer(layers).entries
    except Unknown:
        return layers


class _Writer:
    def __init__(self, layers):
        self.entries = []
        self.constants = {}
        self.tensors = []
        self.extra = 0
        readers = {}
        for entry in layers:
            for call in entry["inbound_nodes"]:
                for name in _names_in([call["args"], call["kwargs"]]):
                    readers.setdefault(name, []).append(entry)
        for entry in layers:
            if entry.get("class_name") == "Operation":
                self._add(entry, readers.get(entry["name"], []))
            else:
                if any(name in self.constants for name in _names_in(entry["inbound_nodes"])):
                    raise Unknown()
                self.entries.append(entry)

    def _add(self, entry, readers):
        config = entry["config"]
        op, name = config["op"], entry["name"]
        if op == "constant":
            self.constants[name] = _constant(config)
            return
        attrs = config["attrs"]
        args = entry["inbound_nodes"][0]["args"][0] if op != "size" else []
        self.tensors.extend(arg for arg in args if not self._is_constant(arg))
        if op == "broadcast_to" and self._is_constant(args[0]):
            # Elementwise operations spread it themselves.
            if any(reader["config"].get("op") not in ELEMENTWISE for reader in readers):
                raise Unknown()
            self.constants[name] = self._value(args[0])
            return
        if op == "size":
            self._write(name, NUMPY, "Size", {}, [self._with_size(attrs["size"])])
            return
        if all(self._is_constant(arg) for arg in args):
            raise Unknown()
        if op in ELEMENTWISE:
            module, class_name = ELEMENTWISE[op]
            self._write(name, module, class_name, {}, [self._value(arg) for arg in args])
            return
        if any(self._is_constant(arg) for arg in args):
            raise Unknown()
        written = getattr(self, "_" + op, None)
        if written is None:
            raise Unknown()
        written(name, attrs, args)

    def _is_constant(self, arg):
        return _history(arg)[0] in self.constants

    def _value(self, arg):
        return self.constants.get(_history(arg)[0], arg)

    def _with_size(self, size):
        """A tensor with as many elements, of which one size is open."""
        for tensor in self.tensors:
            shape = tensor["config"]["shape"]
            if shape.count(None) == 1 and _open_size(shape) == size:
                return tensor
        raise Unknown()

    def _write(self, name, module, class_name, config, args, kwargs=None):
        self.entries.append(
            {
                "module": module,
                "class_name": class_name,
                "config": {"name": name, **config},
                "registered_name": class_name,
                "name": name,
                "inbound_nodes": [{"args": args, "kwargs": kwargs or {}}],
            }
        )

    # One method a primitive: (name, attributes, arguments).

    def _round(self, name, attrs, args):
        self._write(name, NUMPY, "Round", {"decimals": 0}, args)

    def _cast(self, name, attrs, args):
        self._write(name, CORE, "Cast", {"dtype": attrs["dtype"]}, args)

    def _reduce(self, name, attrs, args):
        if attrs["op"] not in REDUCTIONS:
            raise Unknown()
        config = {"axis": attrs["axes"], "keepdims": attrs["keepdims"]}
        self._write(name, NUMPY, REDUCTIONS[attrs["op"]], config, args)

    def _flip(self, name, attrs, args):
        self._write(name, NUMPY, "Flip", {"axis": attrs["axes"]}, args)

    def _transpose(self, name, attrs, args):
        self._write(name, NUMPY, "Transpose", {"axes": attrs["perm"]}, args)

    def _concat(self, name, attrs, args):
        self._write(name, NUMPY, "Concatenate", {"axis": attrs["axis"]}, [args])

    def _reshape(self, name, attrs, args):
        self._write(name, NUMPY, "Reshape", {"newshape": _sizes(attrs["shape"])}, args)

    def _slice(self, name, attrs, args):
        parts = []
        for begin, size, stride in zip(attrs["begin"], attrs["shape"], attrs["strides"], strict=True):
            if isinstance(size, int):
                parts.append(_slice_of(begin, begin + (size - 1) * stride + 1, stride))
            elif begin == 0 and stride == 1 and size == {"dim": "batch"}:
                parts.append(_slice_of(None, None, None))
            else:
                raise Unknown()
        self._write(name, NUMPY, "GetItem", {}, [args[0], parts])

    def _pad(self, name, attrs, args):
        if any(pads[2] != 0 for pads in attrs["pads"]):
            raise Unknown()
        config = {"pad_width": [pads[:2] for pads in attrs["pads"]], "mode": "constant"}
        value = attrs["value"]
        self._write(name, NUMPY, "Pad", config, args, {"constant_values": None if value == 0 else value})

    def _matmul(self, name, attrs, args):
        turned = [
            self._turned(name, arg) if attrs[key] else arg
            for arg, key in zip(args, ("transpose_a", "transpose_b"), strict=True)
        ]
        self._write(name, NUMPY, "Matmul", {}, turned)

    def _turned(self, name, arg):
        """A matrix, or many, with rows and columns exchanged."""
        self.extra += 1
        inner = f"{name}_transpose_{self.extra}"
        shape = list(arg["config"]["shape"])
        perm = [*range(len(shape) - 2), len(shape) - 1, len(shape) - 2]
        self._write(inner, NUMPY, "Transpose", {"axes": perm}, [arg])
        config = {**arg["config"], "shape": [shape[axis] for axis in perm], "keras_history": [inner, 0, 0]}
        return {**arg, "config": config}

    def _broadcast_to(self, name, attrs, args):
        """A product with ones, as the size of the batch is not known."""
        shape, dtype = args[0]["config"]["shape"], args[0]["config"]["dtype"]
        wanted = attrs["shape"]
        start = len(wanted) - len(shape)
        for axis, size in enumerate(wanted):
            known = axis >= start and shape[axis - start] is None
            if dtype == "bool" or not isinstance(size, int) and not known:
                raise Unknown()
        sizes = [size if isinstance(size, int) else 1 for size in wanted]
        self._write(name, NUMPY, "Multiply", {}, [args[0], _array(_ones(sizes), dtype)])


def _names_in(value):
    """The names of the layers that make the tensors in arguments."""
    if isinstance(value, list):
        return [name for item in value for name in _names_in(item)]
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return [_history(value)[0]]
        return [name for item in value.values() for name in _names_in(item)]
    return []


def _history(tensor):
    return tensor["config"]["keras_history"]


def _open_size(shape):
    """The number of elements of a shape with one open size, as attributes have it."""
    count = 1
    for size in shape:
        count *= 1 if size is None else size
    return {"dim": "batch"} if count == 1 else {"dim": ["*", count, "batch"]}


def _sizes(shape):
    if sum(not isinstance(size, int) for size in shape) > 1:
        raise Unknown()
    return [size if isinstance(size, int) else -1 for size in shape]


def _slice_of(start, stop, step):
    return {"class_name": "__slice__", "config": {"start": start, "stop": stop, "step": step}}


def _constant(config):
    """A number, or the entry of an array."""
    data, dtype = config["data"], config["dtype"]
    if not config["shape"]:
        return bool(data[0]) if dtype == "bool" else data[0]
    nested = data
    for size in reversed(config["shape"][1:]):
        if size == 0:
            raise Unknown()
        nested = [nested[start : start + size] for start in range(0, len(nested), size)]
    return _array(nested, dtype)


def _array(value, dtype):
    return {"class_name": "__numpy__", "config": {"value": value, "dtype": dtype}}


def _ones(sizes):
    return 1 if not sizes else [_ones(sizes[1:]) for _ in range(sizes[0])]


__all__ = ["keras_operations"]
