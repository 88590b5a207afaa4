"""Reductions of expressions: the first pass computes the expression at each fetch.

What others read, too, is stored by draws of its own, and reduced as it lies there: a fragment cannot write to others.
"""

from ...core.lists import same_items
from .access import Operand
from .elementwise import elementwise
from .expressions import emit_expression, needed_instructions, result_dtype
from .layout import Layout
from .reduce import Stored, reduce_source
from .views import settle


class Computed:
    """One result of an expression as what a pass reads; see reduce.Stored."""

    def __init__(self, builder, step, k):
        self.step = step
        self.k = k
        self.expr = step["params"]["expr"]
        self.shape = step["params"]["shape"]
        self.dtypes = [builder.dtypes[value] for value in step["inputs"]]
        self.dtype = result_dtype(self.expr, k, self.dtypes)
        self.layout = Layout(self.shape, self.dtype, builder.targets, builder.max_shift)
        needed = needed_instructions(self.expr, len(self.dtypes), k)
        # The values that are read, each once, and per operand the number among them.
        self.inputs = []
        self.place = []
        for i in range(len(self.dtypes)):
            value = step["inputs"][i]
            if needed[i] and value not in self.inputs:
                self.inputs.append(value)
            self.place.append(self.inputs.index(value) if needed[i] else -1)
        self.fetches = len(self.inputs)

    def texel(self, shader, row, quad, fixed):
        call = emit_expression(shader, self.expr, self.k, self.dtypes, self.shape)
        before = []
        texels = []
        for i in range(len(self.inputs)):
            found = Operand(shader, i, self.shape).anywhere(row, quad, fixed)
            before.append(found[0])
            texels.append(found[1])
        given = [texels[self.place[i]] for i in call[1]]
        given.append(row + ", " + quad)
        return [" ".join(before), call[0] + "(" + ", ".join(given) + ")"]

    def settle(self, builder):
        return _store(builder, self.step, self.k)


def _store(builder, step, k):
    """A value of one result."""
    expr = step["params"]["expr"]
    dtype = result_dtype(expr, k, [builder.dtypes[value] for value in step["inputs"]])
    value = builder.add(step["params"]["shape"], dtype)
    _draw(builder, step, [expr["results"][k]], [value])
    return value


def _draw(builder, step, results, outputs):
    expr = {"instrs": step["params"]["expr"]["instrs"], "results": results}
    elementwise(builder, {"inputs": step["inputs"], "outputs": outputs, "params": {"expr": expr}})


def reductions(builder, step):
    """The results that are stored, then one reduction after the other."""
    params = step["params"]
    outputs = step["outputs"]
    results = params["expr"]["results"]
    stored = [k for k in range(len(outputs)) if outputs[k] is not None and params["ops"][k] is None]
    if len(stored) > 0:
        _draw(builder, step, [results[k] for k in stored], [outputs[k] for k in stored])
    for k in range(len(outputs)):
        if outputs[k] is None or params["ops"][k] is None:
            continue
        value = -1
        for other in stored:
            if results[other] == results[k]:
                value = outputs[other]
        if value < 0 and results[k] < len(step["inputs"]):
            operand = step["inputs"][results[k]]
            if same_items(builder.shapes[operand], params["shape"]):
                settle(builder, operand)
                value = operand
        source = Computed(builder, step, k) if value < 0 else Stored(builder, value)
        if len(source.inputs) > builder.units:
            source = Stored(builder, source.settle(builder))
        reduce_source(builder, params["ops"][k], params["axes"], source, outputs[k])
    return None
