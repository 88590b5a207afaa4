"""Functions of one element as functions of many."""

from typing import Any

from ..core.batching.batch import Batch
from ..core.dims import dims_equal
from ..core.graph import STATE, current_trace, placeholder
from ..core.opset.movement import transpose
from ..core.opset.registry import to_tensor
from ..core.shapes import copy_shape, format_shape
from ..core.structure import flatten, flatten_prefix, unflatten
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_whole
from .compiled import compiled, require_function


def vmap(body, in_axes: Any = 0, out_axes: Any = 0):
    """A function that applies `body` to all elements along an axis at once, as a batch.

    body: takes and returns structures of tensors, written for one element. in_axes: the mapped axis of each argument:
    an integer or None (the argument is the same for all elements) for all of them, or a list with one entry an
    argument, which may again be a structure like the argument. out_axes: where the mapped axis stands in the results,
    likewise; None for a result that is the same for all elements. It costs what the batched operation costs: matrix
    products become larger ones, not more; maps and derivatives of maps nest to any order.

    Random numbers: each element gets the bits of its own place in the whole batch, so the elements differ though they
    share a seed, and mapping a dropout over rows is the dropout of all rows. Where a key depends on the element, each
    draws what it would draw alone. Variables may be read but not assigned inside. Raises ShapeError when mapped axes
    differ in size or do not exist.
    """
    require_function("vmap", body)
    _check_axes(in_axes, "in_axes")
    _check_axes(out_axes, "out_axes")
    return compiled("vmap", lambda args: mapped(body, args, in_axes, out_axes), [])


def _check_axes(axes, argument):
    if axes is not None and not is_whole(axes) and not is_list(axes) and not is_dict(axes):
        raise error("ArgumentError", "vmap: " + argument + " must be an integer, None or a list of them")
    return None


def mapped(body, args, in_axes, out_axes):
    """What `vmap` gives for a list of arguments, recorded."""
    if is_list(in_axes) and len(in_axes) != len(args):
        raise error(
            "ArgumentError",
            "vmap: in_axes has "
            + str(len(in_axes))
            + " entries, but the function got "
            + str(len(args))
            + " arguments",
        )
    size = None
    first = ""
    inner = []
    pairs = []
    start = STATE.serial
    for i in range(len(args)):
        taken = flatten(args[i], True)
        label = "vmap: in_axes of argument " + str(i)
        axes = flatten_prefix(in_axes[i] if is_list(in_axes) else in_axes, taken[1], label)
        leaves = []
        for j in range(len(taken[0])):
            tensor = to_tensor(taken[0][j])
            if axes[j] is None:
                leaves.append(tensor)
                continue
            axis = _axis_of(axes[j], len(tensor.shape), label, tensor.shape)
            here = "argument " + str(i) + " of shape " + format_shape(tensor.shape) + " along " + str(axis)
            if size is None:
                size = tensor.shape[axis]
                first = here
            elif not dims_equal(size, tensor.shape[axis]):
                raise error("ShapeError", "vmap: the mapped axes differ in size: " + first + ", " + here)
            front = _axis_moved(tensor, axis, 0)
            one = placeholder("element", front.shape[1 : len(front.shape)], front.dtype)
            pairs.append([one, front])
            leaves.append(one)
        inner.append(unflatten(taken[1], leaves))
    if size is None:
        raise error("ArgumentError", "vmap: in_axes maps no argument")
    trace = current_trace()
    before = _assigned(trace)
    result = flatten(body(*inner), True)
    _require_no_effects(before, _assigned(trace))
    batch = Batch(size, start)
    for pair in pairs:
        batch.put(pair[0], pair[1])
    found = batch.run([to_tensor(leaf) for leaf in result[0]])
    places = flatten_prefix(out_axes, result[1], "vmap: out_axes")
    return unflatten(result[1], [_placed(batch, found[i], places[i]) for i in range(len(found))])


def _placed(batch, entry, axis):
    """A result with its mapped axis where out_axes wants it. entry: [tensor, whether it is mapped]."""
    if axis is None:
        if entry[1]:
            raise error("ArgumentError", "vmap: out_axes is None for a result that differs between elements")
        return entry[0]
    tensor = batch.raised(entry[0], entry[1])
    shape = copy_shape(tensor.shape[1 : len(tensor.shape)])
    return _axis_moved(tensor, 0, _axis_of(axis, len(tensor.shape), "vmap: out_axes", shape))


def _axis_of(axis, rank, label, shape):
    if not is_whole(axis):
        raise error("ArgumentError", label + " must be an integer, None or a list of them")
    if axis < -rank or axis >= rank:
        raise error(
            "ShapeError", label + " is " + str(axis) + ", out of range for shape " + format_shape(shape)
        )
    return axis + rank if axis < 0 else axis


def _axis_moved(x, source, target):
    if source == target:
        return x
    perm = [i for i in range(len(x.shape)) if i != source]
    perm.insert(target, source)
    return transpose(x, perm)


def _assigned(trace):
    """[[variable, tensor], ...] of what is assigned so far."""
    return [] if trace is None else trace.assignments()


def _require_no_effects(before, after):
    for i in range(len(after)):
        if i >= len(before) or before[i][1] is not after[i][1]:
            raise error(
                "ArgumentError",
                "vmap: the function assigns the variable '"
                + after[i][0].path
                + "', of which there is one for all elements",
            )
    return None
