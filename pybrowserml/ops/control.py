"""Control flow: loops that are one step of a plan, and choices between computations.

Functions that are given get and return tensors, or lists, tuples and dicts of them; a list of nothing but numbers is an
array. What they take from around them, tensors and variables, is an input of the loop; a variable that they assign is
carried through it.
"""

from ..core.dims import dim_max, dim_sub, dims_equal, format_dim, is_symbolic
from ..core.graph import Trace, assign_variable, current_trace, is_tensor, read_variable, record_into
from ..core.opset.binary import add, less, maximum, minimum, where
from ..core.opset.generators import iota, size_of
from ..core.opset.registry import pair, to_tensor, with_dtype
from ..core.opset.unary import cast
from ..core.shapes import format_shape
from ..core.structure import flatten, flatten_like, unflatten
from ..platform.errors import error
from ..platform.numbers import is_bool, is_function, is_list
from ..platform.records import as_tuple, is_tuple
from .arguments import require_whole
from .joining import stack, unstack
from .loop_bodies import Carry, ScanLoop, WhileLoop


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Run `f` along the first axis of xs, handing on a carry: [last carry, stacked results].

    f(carry, x) → [carry, y], with x a slice of xs (None when xs is None); the carry keeps its shapes and dtypes; y may
    be None. init: the first carry. xs: tensors with equal first axes, or None, then `length` steps are done.
    reverse: from the last slice to the first. unroll: True records every step by itself; a number is a hint that is
    not used. The loop is one step of the plan; its gradient is a loop in the other direction. In JavaScript an object
    of tensors to walk along is given as an option: scan(f, init, {xs: {a, b}}).
    """
    _require_function("scan", "f", f)
    walked = _walked("scan", xs)
    size = _length_of("scan", walked[0], length)
    if not is_bool(unroll):
        unroll = require_whole(unroll, 1, "scan: unroll")
    carry = Carry("scan", init)

    def step(params, slices):
        found = f(carry.built(params), unflatten(walked[1], slices))
        if not is_list(found) or len(found) != 2:
            raise error("ArgumentError", "scan: f must return [carry, y]")
        return found

    if unroll is True:
        return _unrolled(step, carry, walked[0], size, reverse)
    loop = ScanLoop(step, carry, walked[0], size, reverse)
    return [loop.last, loop.stacked]


def map(f, xs):
    """`f` of each slice of xs along the first axis, stacked; f may return a structure of tensors."""
    _require_function("map", "f", f)
    walked = _walked("map", xs)
    if len(walked[0]) == 0:
        raise error("ArgumentError", "map: needs at least one tensor to walk along")
    size = _length_of("map", walked[0], None)

    def step(params, slices):
        return [None, f(unflatten(walked[1], slices))]

    return ScanLoop(step, Carry("map", None), walked[0], size, False).stacked


def fori_loop(lower, upper, body_fun, init_val):
    """The value after `value = body_fun(i, value)` for i from lower to upper - 1, beginning with init_val.

    lower, upper: integers, sizes included, or int32 scalars. The gradient asks for integers.
    """
    _require_function("fori_loop", "body_fun", body_fun)
    if is_tensor(lower) or is_tensor(upper):
        last = cast(to_tensor(upper, None, "fori_loop", "upper"), "int32")

        def going_on(state):
            return less(state[0], last)

        def one(state):
            return [add(state[0], 1), body_fun(state[0], state[1])]

        start = cast(to_tensor(lower, None, "fori_loop", "lower"), "int32")
        return WhileLoop(going_on, one, Carry("fori_loop", [start, init_val]), None).last[1]
    steps = dim_max(dim_sub(upper, lower), 0)
    places = add(iota([steps], 0), size_of(lower) if is_symbolic(lower) else lower)
    carry = Carry("fori_loop", init_val)

    def step(params, slices):
        return [body_fun(slices[0], carry.built(params)), None]

    return ScanLoop(step, carry, [places], steps, False).last


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """The loop variables after `loop_vars = body(*loop_vars)` as long as `cond(*loop_vars)` is true.

    loop_vars: a list of tensors (or structures of them), or a single tensor; cond returns a bool scalar. With
    maximum_iterations at most so many steps are done, and the loop has a gradient, which keeps what that many steps
    make; without there is none.
    """
    _require_function("while_loop", "cond", cond)
    _require_function("while_loop", "body", body)
    several = is_list(loop_vars)
    limit = maximum_iterations
    if limit is not None:
        limit = require_whole(limit, 0, "while_loop: maximum_iterations")
    parts = list(loop_vars) if several else [loop_vars]
    # Each variable by itself: a list of numbers is a list of variables here.
    carries = [Carry("while_loop", part) for part in parts]

    def going_on(state):
        return cond(*state)

    def one(state):
        found = body(*state)
        if not several:
            return [found]
        if not is_list(found) or len(found) != len(parts):
            raise error(
                "ArgumentError", "while_loop: body must return a list of " + str(len(parts)) + " variables"
            )
        return found

    carry = _joined(carries)
    last = WhileLoop(going_on, one, carry, limit).last
    if not several:
        return last[0]
    return as_tuple(last) if is_tuple(loop_vars) else last


def _joined(carries):
    """One carry of several: a list of theirs."""
    whole = Carry("while_loop", None)
    whole.spec = ["list", [carry.spec for carry in carries]]
    for carry in carries:
        whole.tensors.extend(carry.tensors)
        whole.numbers.extend(carry.numbers)
    return whole


def _require_function(op, argument, given):
    if not is_function(given):
        raise error("ArgumentError", op + ": " + argument + " must be a function")


def _walked(op, xs):
    """[tensors, spec] of what a loop walks along."""
    taken = flatten(xs, False)
    tensors = [to_tensor(leaf) for leaf in taken[0]]
    for tensor in tensors:
        if len(tensor.shape) == 0:
            raise error("ShapeError", op + ": xs must have a first axis to walk along, got a scalar")
    return [tensors, taken[1]]


def _length_of(op, walked, length):
    if len(walked) == 0:
        if length is None:
            raise error("ArgumentError", op + ": needs xs or length")
        return length if is_symbolic(length) else require_whole(length, 0, op + ": length")
    size = walked[0].shape[0] if length is None else length
    for tensor in walked:
        if not dims_equal(tensor.shape[0], size):
            raise error(
                "ShapeError",
                op
                + ": the first axis of xs must have size "
                + format_dim(size)
                + ", got shape "
                + format_shape(tensor.shape),
            )
    return size


def _unrolled(step, carry, walked, size, reverse):
    if is_symbolic(size):
        raise error("ShapeError", "scan: unroll=True needs a known length, got " + format_dim(size))
    if size == 0:
        raise error("ShapeError", "scan: unroll=True needs at least one step")
    slices = [unstack(tensor, size, 0) for tensor in walked]
    present = carry.tensors
    rows = [[] for i in range(size)]
    spec = []
    for k in range(size):
        i = size - 1 - k if reverse else k
        found = step(present, [parts[i] for parts in slices])
        present = carry.leaves_of(found[0])
        if carry.adopts(present):
            return _unrolled(step, carry, walked, size, reverse)
        carry.check(present)
        given = flatten(found[1], False)
        spec = given[1]
        rows[i] = [to_tensor(leaf) for leaf in given[0]]
    stacked = []
    for j in range(len(rows[0])):
        stacked.append(stack([row[j] for row in rows], 0))
    return [carry.built(present), unflatten(spec, stacked)]


# Choices


class _Branch(Trace):
    """The trace of a branch: what it assigns is kept until it is known which branch counts."""

    def __init__(self):
        super().__init__()
        self.outer = current_trace()

    def read(self, variable):
        if not self.current.has(variable):
            held = record_into(self.outer, lambda: read_variable(variable))
            self.reads.put(variable, held)
            self.current.put(variable, held)
        return self.current.at(variable)


def cond(pred, true_fn, false_fn):
    """`true_fn()` where pred is true, else `false_fn()`; both return structures of equal shapes and dtypes.

    pred: a bool, or a bool scalar; with a tensor both branches are computed and one is chosen, so a branch must not
    depend on the other being skipped; where it has no finite gradient, guard its operands with `where`.
    """
    _require_function("cond", "true_fn", true_fn)
    _require_function("cond", "false_fn", false_fn)
    if is_bool(pred):
        return true_fn() if pred else false_fn()
    flag = with_dtype(to_tensor(pred, None, "cond", "pred"), "bool")
    if len(flag.shape) > 0:
        raise error("ShapeError", "cond: pred must be a single number, got shape " + format_shape(flag.shape))
    return _chosen("cond", [flag], [true_fn, false_fn])


def switch(index, branches, *operands):
    """`branches[index](*operands)`; index is clamped to the branches there are.

    index: an integer, or an int32 scalar; with a tensor all branches are computed and one is chosen (see `cond`).
    """
    if not is_list(branches) or len(branches) == 0:
        raise error("ArgumentError", "switch: branches must be a list of at least one function")
    for branch in branches:
        _require_function("switch", "each branch", branch)
    if not is_tensor(index) and not hasattr(index, "slot"):
        index = require_whole(index, -1000000000, "switch: index")
        place = 0 if index < 0 else index
        return branches[place if place < len(branches) else len(branches) - 1](*operands)
    place = minimum(maximum(cast(to_tensor(index, None, "switch", "index"), "int32"), 0), len(branches) - 1)
    if len(place.shape) > 0:
        raise error(
            "ShapeError", "switch: index must be a single number, got shape " + format_shape(place.shape)
        )
    flags = [less(place, i + 1) for i in range(len(branches) - 1)]
    return _chosen("switch", flags, [_applied(branch, operands) for branch in branches])


def _applied(branch, operands):
    return lambda: branch(*operands)


def _chosen(op, flags, branches):
    """The result of the first branch whose flag is true, else of the last."""
    spec = None
    leaves = []
    traces = []
    for branch in branches:
        trace = _Branch()
        found = record_into(trace, branch)
        traces.append(trace)
        if spec is None:
            taken = flatten(found, False)
            spec = taken[1]
            leaves.append(taken[0])
        else:
            leaves.append(flatten_like(found, spec, op + ": what each branch returns"))
    last = len(branches) - 1
    results = []
    for j in range(len(leaves[0])):
        value = leaves[last][j]
        for k in range(last):
            i = last - 1 - k
            value = _either(op, flags[i], leaves[i][j], value)
        results.append(value)
    _choose_assigned(flags, traces)
    return unflatten(spec, results)


def _either(op, flag, a, b):
    if a is None or b is None:
        raise error("ArgumentError", op + ": a branch returns None where another returns a tensor")
    both = pair(a, b, op)
    chosen = where(flag, both[0], both[1])
    return chosen


def _choose_assigned(flags, traces):
    """Variables that a branch assigns get the value of the branch that counts."""
    last = len(traces) - 1
    for trace in traces:
        for variable in trace.assigned:
            if _first_with(traces, variable) is trace:
                value = traces[last].read(variable)
                for k in range(last):
                    i = last - 1 - k
                    value = where(flags[i], traces[i].read(variable), value)
                assign_variable(variable, value)


def _first_with(traces, variable):
    for trace in traces:
        if trace.is_assigned(variable):
            return trace
    return None
