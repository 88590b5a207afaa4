"""The shape rule of every kernel for integer shapes: what docs/architecture.md says, as checks.

A rule takes (params, input shapes, output shapes) and returns None, or what is wrong. An output shape may be
None.
"""

from ..platform.numbers import is_list, is_whole

# kernel: [least inputs, most inputs (None: any), outputs (None: any), required params]
KERNEL_RULES = {
    "elementwise": [0, None, None, ["expr"]],
    "matmul": [2, None, 1, ["transpose_a", "transpose_b", "epilogue"]],
    "conv2d": [2, None, 1, ["strides", "dilations", "pads", "groups", "epilogue"]],
    "conv2d_input_grad": [2, 2, 1, ["strides", "dilations", "pads", "groups", "input_shape"]],
    "conv2d_filter_grad": [2, 2, 1, ["strides", "dilations", "pads", "groups", "filter_shape"]],
    "max_pool2d": [1, 1, 2, ["pool_size", "strides", "pads"]],
    "max_pool2d_grad": [2, 2, 1, ["pool_size", "strides", "pads", "input_shape"]],
    "max_pool2d_take": [2, 2, 1, ["pool_size", "strides", "pads"]],
    "avg_pool2d": [1, 1, 1, ["pool_size", "strides", "pads"]],
    "avg_pool2d_grad": [1, 1, 1, ["pool_size", "strides", "pads", "input_shape"]],
    "reduce": [1, 1, 1, ["op", "axes", "keepdims"]],
    "arg_reduce": [1, 1, 1, ["op", "axis", "keepdims"]],
    "reshape": [1, 1, 1, []],
    "transpose": [1, 1, 1, ["perm"]],
    "broadcast_to": [1, 1, 1, []],
    "slice": [1, 1, 1, ["begin", "strides"]],
    "pad": [1, 1, 1, ["pads", "value"]],
    "concat": [1, None, 1, ["axis"]],
    "flip": [1, 1, 1, ["axes"]],
    "gather": [2, 2, 1, ["axis"]],
    "scatter_add": [2, 2, 1, ["axis", "shape"]],
}


def _count(shape):
    total = 1
    for dim in shape:
        total = total * dim
    return total


def _same(a, b):
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


def _joined(a, b):
    made = [dim for dim in a]
    made.extend(b)
    return made


def _whole_list(value, count, least):
    """True for a list of `count` whole numbers of at least `least`."""
    if not is_list(value) or len(value) != count:
        return False
    for item in value:
        if not is_whole(item) or item < least:
            return False
    return True


def _fits_into(shape, target):
    """Whether a shape broadcasts to a target."""
    lead = len(target) - len(shape)
    if lead < 0:
        return False
    for i in range(len(shape)):
        if shape[i] != 1 and shape[i] != target[i + lead]:
            return False
    return True


def _wrong(expected, got):
    parts = []
    for shape in [expected, got]:
        parts.append("(" + ", ".join([str(dim) for dim in shape]) + ")")
    return "makes the shape " + parts[0] + ", but its output has " + parts[1]


def _expect(expected, output):
    if output is None or _same(expected, output):
        return None
    return _wrong(expected, output)


def _first_of(outputs):
    for shape in outputs:
        if shape is not None:
            return shape
    return []


def _elementwise(params, inputs, outputs):
    shape = _first_of(outputs)
    for output in outputs:
        if output is not None and not _same(output, shape):
            return "has outputs of different shapes"
    return _operands_fit(inputs, shape)


def _operands_fit(inputs, shape):
    for operand in inputs:
        if not _fits_into(operand, shape):
            return "has an operand that does not broadcast to its output"
    return None


def _epilogue_fits(inputs, outputs):
    return _operands_fit(inputs[2 : len(inputs)], outputs[0])


def _matmul(params, inputs, outputs):
    a = inputs[0]
    b = inputs[1]
    if len(a) < 2 or len(b) < 2:
        return "needs operands of rank 2 or more"
    rows = a[len(a) - 1] if params["transpose_a"] else a[len(a) - 2]
    inner = a[len(a) - 2] if params["transpose_a"] else a[len(a) - 1]
    other = b[len(b) - 1] if params["transpose_b"] else b[len(b) - 2]
    columns = b[len(b) - 2] if params["transpose_b"] else b[len(b) - 1]
    if inner != other:
        return "has inner sizes " + str(inner) + " and " + str(other)
    lead = _broadcast(a[0 : len(a) - 2], b[0 : len(b) - 2])
    if lead is None:
        return "has leading axes that do not broadcast"
    wrong = _expect(_joined(lead, [rows, columns]), outputs[0])
    return wrong if wrong is not None else _epilogue_fits(inputs, outputs)


def _broadcast(a, b):
    rank = max(len(a), len(b))
    shape = []
    for i in range(rank):
        left = a[i - rank + len(a)] if i - rank + len(a) >= 0 else 1
        right = b[i - rank + len(b)] if i - rank + len(b) >= 0 else 1
        if left != right and left != 1 and right != 1:
            return None
        shape.append(right if left == 1 else left)
    return shape


def _window_params(params, size):
    if not _whole_list(params["strides"], 2, 1) or not _whole_list(size, 2, 1):
        return "needs two strides and window sizes of at least 1"
    pads = params["pads"]
    if (
        not is_list(pads)
        or len(pads) != 2
        or not _whole_list(pads[0], 2, 0)
        or not _whole_list(pads[1], 2, 0)
    ):
        return "needs pads [[top, bottom], [left, right]] of at least 0"
    return None


def _windows(size, window, dilation, stride, pad):
    room = size + pad[0] + pad[1] - ((window - 1) * dilation + 1)
    return 0 if room < 0 else room // stride + 1


def _convolution(params, x, w):
    """The result's shape, or a text that says what is wrong."""
    if len(x) != 4 or len(w) != 4:
        return "needs an image and filters of rank 4"
    wrong = _window_params(params, w[0:2])
    if wrong is not None:
        return wrong
    groups = params["groups"]
    if not _whole_list(params["dilations"], 2, 1) or not is_whole(groups) or groups < 1:
        return "needs two dilations and groups of at least 1"
    if w[2] * groups != x[3] or w[3] % groups != 0:
        return "has channels that do not fit its filters and groups"
    return [x[0], _axis_windows(params, x, w, 0), _axis_windows(params, x, w, 1), w[3]]


def _axis_windows(params, x, w, axis):
    return _windows(
        x[1 + axis], w[axis], params["dilations"][axis], params["strides"][axis], params["pads"][axis]
    )


def _conv2d(params, inputs, outputs):
    shape = _convolution(params, inputs[0], inputs[1])
    if not is_list(shape):
        return shape
    wrong = _expect(shape, outputs[0])
    return wrong if wrong is not None else _epilogue_fits(inputs, outputs)


def _conv2d_input_grad(params, inputs, outputs):
    if not _whole_list(params["input_shape"], 4, 0):
        return "needs an input_shape of rank 4"
    return _conv_grad(params, params["input_shape"], inputs[1], inputs[0], params["input_shape"], outputs)


def _conv2d_filter_grad(params, inputs, outputs):
    if not _whole_list(params["filter_shape"], 4, 0):
        return "needs a filter_shape of rank 4"
    return _conv_grad(params, inputs[0], params["filter_shape"], inputs[1], params["filter_shape"], outputs)


def _conv_grad(params, x, w, cotangent, target, outputs):
    shape = _convolution(params, x, w)
    if not is_list(shape):
        return shape
    if not _same(shape, cotangent):
        return "has a cotangent that does not fit the convolution"
    return _expect(target, outputs[0])


def _pooled(params, x):
    if len(x) != 4:
        return "needs an image of rank 4"
    wrong = _window_params(params, params["pool_size"])
    if wrong is not None:
        return wrong
    size = params["pool_size"]
    high = _windows(x[1], size[0], 1, params["strides"][0], params["pads"][0])
    wide = _windows(x[2], size[1], 1, params["strides"][1], params["pads"][1])
    return [x[0], high, wide, x[3]]


def _pool(params, inputs, outputs):
    shape = _pooled(params, inputs[0])
    if not is_list(shape):
        return shape
    for output in outputs:
        wrong = _expect(shape, output)
        if wrong is not None:
            return wrong
    return None


def _pool_take(params, inputs, outputs):
    shape = _pooled(params, inputs[0])
    if not is_list(shape):
        return shape
    if not _same(shape, inputs[1]):
        return "has indices that do not fit the pooling"
    return _expect(shape, outputs[0])


def _pool_grad(params, inputs, outputs):
    if not _whole_list(params["input_shape"], 4, 0):
        return "needs an input_shape of rank 4"
    shape = _pooled(params, params["input_shape"])
    if not is_list(shape):
        return shape
    for given in inputs:
        if not _same(shape, given):
            return "has a cotangent or indices that do not fit the pooling"
    return _expect(params["input_shape"], outputs[0])


def _reduced(shape, axes, keepdims):
    kept = []
    for i in range(len(shape)):
        if i in axes:
            if keepdims:
                kept.append(1)
        else:
            kept.append(shape[i])
    return kept


def _distinct_axes(axes, rank):
    if not is_list(axes):
        return False
    for i in range(len(axes)):
        if not is_whole(axes[i]) or axes[i] < 0 or axes[i] >= rank:
            return False
        if i > 0 and axes[i] <= axes[i - 1]:
            return False
    return True


def _reduce(params, inputs, outputs):
    if params["op"] not in ["sum", "prod", "max", "min"]:
        return "has an unknown op"
    if not _distinct_axes(params["axes"], len(inputs[0])) or len(params["axes"]) == 0:
        return "needs sorted axes inside its input's rank"
    return _expect(_reduced(inputs[0], params["axes"], params["keepdims"]), outputs[0])


def _arg_reduce(params, inputs, outputs):
    if params["op"] not in ["argmax", "argmin"]:
        return "has an unknown op"
    if not _distinct_axes([params["axis"]], len(inputs[0])):
        return "has an axis outside of its input's rank"
    return _expect(_reduced(inputs[0], [params["axis"]], params["keepdims"]), outputs[0])


def _reshape(params, inputs, outputs):
    if _count(inputs[0]) != _count(outputs[0]):
        return "changes the number of elements"
    return None


def _transpose(params, inputs, outputs):
    perm = params["perm"]
    rank = len(inputs[0])
    if not _whole_list(perm, rank, 0) or not _distinct_axes(sorted(perm), rank):
        return "has a perm that is no order of the axes"
    return _expect([inputs[0][axis] for axis in perm], outputs[0])


def _broadcast_to(params, inputs, outputs):
    return None if _fits_into(inputs[0], outputs[0]) else "has an input that does not broadcast to its output"


def _slice(params, inputs, outputs):
    x = inputs[0]
    y = outputs[0]
    if not _whole_list(params["begin"], len(x), 0) or not _whole_list(params["strides"], len(x), 1):
        return "needs begin of at least 0 and strides of at least 1 for every axis"
    if len(y) != len(x):
        return "changes the rank"
    for i in range(len(x)):
        if y[i] > 0 and params["begin"][i] + (y[i] - 1) * params["strides"][i] >= x[i]:
            return "reads beyond axis " + str(i)
    return None


def _pad(params, inputs, outputs):
    x = inputs[0]
    if not is_list(params["pads"]) or len(params["pads"]) != len(x):
        return "needs one entry of pads an axis"
    shape = []
    for i in range(len(x)):
        entry = params["pads"][i]
        if not _whole_list(entry, 3, 0):
            return "needs pads [lo, hi, interior] of at least 0"
        inside = x[i] + (x[i] - 1) * entry[2] if x[i] > 0 else 0
        shape.append(inside + entry[0] + entry[1])
    return _expect(shape, outputs[0])


def _concat(params, inputs, outputs):
    axis = params["axis"]
    if not _distinct_axes([axis], len(inputs[0])):
        return "has an axis outside of its inputs' rank"
    shape = [dim for dim in inputs[0]]
    shape[axis] = 0
    for given in inputs:
        if len(given) != len(shape):
            return "has inputs of different ranks"
        for i in range(len(shape)):
            if i != axis and given[i] != shape[i]:
                return "has inputs that differ outside of its axis"
        shape[axis] = shape[axis] + given[axis]
    return _expect(shape, outputs[0])


def _flip(params, inputs, outputs):
    if not _distinct_axes(params["axes"], len(inputs[0])):
        return "needs sorted axes inside its input's rank"
    return _expect(inputs[0], outputs[0])


def _gathered(x, indices, axis):
    return _joined(_joined(x[0:axis], indices), x[axis + 1 : len(x)])


def _gather(params, inputs, outputs):
    axis = params["axis"]
    if not _distinct_axes([axis], len(inputs[0])):
        return "has an axis outside of its input's rank"
    if inputs[0][axis] == 0 and _count(outputs[0]) > 0:
        return "reads from an empty axis"
    return _expect(_gathered(inputs[0], inputs[1], axis), outputs[0])


def _scatter_add(params, inputs, outputs):
    shape = params["shape"]
    axis = params["axis"]
    if not is_list(shape) or not _whole_list(shape, len(shape), 0) or not _distinct_axes([axis], len(shape)):
        return "needs a shape and an axis inside its rank"
    if shape[axis] == 0 and _count(inputs[1]) > 0:
        return "writes to an empty axis"
    if not _same(_gathered(shape, inputs[0], axis), inputs[1]):
        return "has updates that do not fit its indices"
    return _expect(shape, outputs[0])


SHAPE_RULES = {
    "elementwise": _elementwise,
    "matmul": _matmul,
    "conv2d": _conv2d,
    "conv2d_input_grad": _conv2d_input_grad,
    "conv2d_filter_grad": _conv2d_filter_grad,
    "max_pool2d": _pool,
    "max_pool2d_grad": _pool_grad,
    "max_pool2d_take": _pool_take,
    "avg_pool2d": _pool,
    "avg_pool2d_grad": _pool_grad,
    "reduce": _reduce,
    "arg_reduce": _arg_reduce,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": _broadcast_to,
    "slice": _slice,
    "pad": _pad,
    "concat": _concat,
    "flip": _flip,
    "gather": _gather,
    "scatter_add": _scatter_add,
}
