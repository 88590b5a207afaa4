"""Functions of users → loops: what is carried, what comes from outside, what comes out."""

from ..core.graph import assign_variable, current_trace, new_serial, read_variable
from ..core.opset.binary import logical_and, where
from ..core.opset.control import repeat_while
from ..core.opset.control import scan as record_scan
from ..core.opset.registry import to_tensor, with_dtype
from ..core.shapes import copy_shape, format_shape, same_shape
from ..core.structure import flatten, flatten_like, unflatten
from ..core.subgraph import Body, close_over, trace_body
from ..platform.errors import error
from ..platform.numbers import is_bool, is_list, is_number


class Carry:
    """The first carry of a loop: tensors, and the structure in which the user's function gets them.

    Bare numbers and lists of them take the dtype that the function gives them.
    """

    def __init__(self, op, init):
        self.op = op
        taken = flatten(init, False)
        self.spec = taken[1]
        self.numbers = [is_number(leaf) or is_bool(leaf) or is_list(leaf) for leaf in taken[0]]
        self.tensors = [to_tensor(leaf) for leaf in taken[0]]

    def built(self, tensors):
        return unflatten(self.spec, tensors)

    def specs(self):
        return [["carry", copy_shape(tensor.shape), tensor.dtype] for tensor in self.tensors]

    def leaves_of(self, found):
        """Tensors of the next carry, which must have the structure of the first."""
        leaves = flatten_like(found, self.spec, self.op + ": the carry that the function returns")
        made = []
        for i in range(len(leaves)):
            if leaves[i] is None:
                raise error("ArgumentError", self.op + ": the carry that the function returns has a None")
            number = is_number(leaves[i]) or is_bool(leaves[i])
            made.append(to_tensor(leaves[i], self.tensors[i].dtype if number else None))
        return made

    def adopts(self, found):
        """True when a number takes another dtype because of what the function gave: it must be recorded again."""
        changed = False
        for i in range(len(found)):
            if found[i].dtype != self.tensors[i].dtype and self.numbers[i]:
                self.tensors[i] = with_dtype(self.tensors[i], found[i].dtype)
                self.numbers[i] = False
                changed = True
        return changed

    def check(self, found):
        """Raise ShapeError unless the next carry has the shapes and dtypes of the first."""
        for i in range(len(found)):
            first = self.tensors[i]
            if found[i].dtype != first.dtype or not same_shape(found[i].shape, first.shape):
                raise error(
                    "ShapeError",
                    self.op
                    + ": the carry must keep shape and dtype; leaf "
                    + str(i)
                    + " is "
                    + _described(first)
                    + " at first, but the function returns "
                    + _described(found[i]),
                )


def _described(tensor):
    return tensor.dtype + " of shape " + format_shape(tensor.shape)


class ScanLoop:
    """A scan over `step(carry tensors, slice tensors)`, which returns [next carry, y].

    last: the last carry; stacked: the stacked y, each in the user's structure.
    """

    def __init__(self, step, carry, walked, size, reverse):
        count = len(carry.tensors)
        specs_of_slices = [["x", tensor.shape[1 : len(tensor.shape)], tensor.dtype] for tensor in walked]

        def recorded(params):
            found = step(params[0:count], params[count : len(params)])
            given = flatten(found[1], False)
            results = [to_tensor(leaf) for leaf in given[0]]
            return [carry.leaves_of(found[0]), results, given[1]]

        specs = carry.specs()
        specs.extend(specs_of_slices)
        traced = trace_body(recorded, specs)
        if carry.adopts(traced.value[0]):
            specs = carry.specs()
            specs.extend(specs_of_slices)
            traced = trace_body(recorded, specs)
        carry.check(traced.value[0])
        params = list(traced.params[0:count])
        params.extend(traced.starts)
        params.extend(traced.params[count : len(traced.params)])
        results = list(traced.value[0])
        results.extend(traced.ends)
        results.extend(traced.value[1])
        closed = close_over(results, params, traced)
        inits = list(carry.tensors)
        inits.extend([read_variable(variable) for variable in traced.assigned])
        outputs = []
        if len(results) > 0:
            body = Body(closed[1], closed[0], new_serial())
            outputs = record_scan(body, inits, walked, closed[2], size, reverse)
        for i in range(len(traced.assigned)):
            assign_variable(traced.assigned[i], outputs[count + i])
        self.last = carry.built(outputs[0:count])
        self.stacked = unflatten(traced.value[2], outputs[count + len(traced.assigned) : len(outputs)])


class WhileLoop:
    """A loop over `step(carry)` while `going_on(carry)`; both get the user's structure. last: the last carry."""

    def __init__(self, going_on, step, carry, limit):
        def recorded(params):
            flag = params[0]
            start = params[1 : len(params)]
            found = step(carry.built(start))
            leaves = carry.leaves_of(found)
            further = _flag_of(going_on(carry.built(leaves)), carry.op)
            _hold_assigned(flag)
            masked = [logical_and(flag, further)]
            for i in range(len(leaves)):
                same = leaves[i].dtype == start[i].dtype and same_shape(leaves[i].shape, start[i].shape)
                masked.append(where(flag, leaves[i], start[i]) if same else leaves[i])
            return masked

        traced = trace_body(recorded, _with_flag(carry.specs()))
        if carry.adopts(traced.value[1 : len(traced.value)]):
            traced = trace_body(recorded, _with_flag(carry.specs()))
        carry.check(traced.value[1 : len(traced.value)])
        params = list(traced.params)
        params.extend(traced.starts)
        results = list(traced.value)
        results.extend(traced.ends)
        closed = close_over(results, params, traced)
        flag = _flag_of(going_on(carry.built(carry.tensors)), carry.op)
        inits = list(carry.tensors)
        inits.extend([read_variable(variable) for variable in traced.assigned])
        body = Body(closed[1], closed[0], new_serial())
        outputs = repeat_while(body, flag, inits, closed[2], limit)
        count = 1 + len(carry.tensors)
        for i in range(len(traced.assigned)):
            assign_variable(traced.assigned[i], outputs[count + i])
        self.last = carry.built(outputs[1:count])


def _hold_assigned(flag):
    """Variables that the body being recorded assigns keep their values once the flag is false."""
    trace = current_trace()
    if trace is None:
        return None
    for variable in trace.assigned:
        trace.assign(variable, where(flag, trace.current.at(variable), trace.reads.at(variable)))
    return None


def _with_flag(specs):
    made = [["flag", [], "bool"]]
    made.extend(specs)
    return made


def _flag_of(given, op):
    flag = with_dtype(to_tensor(given, None, op, "given"), "bool")
    if len(flag.shape) > 0:
        raise error(
            "ShapeError", op + ": cond must return a single number, got shape " + format_shape(flag.shape)
        )
    return flag
