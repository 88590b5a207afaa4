"""Reductions of expressions: the first pass computes the expression at each fetch, for all that it reduces at once.

What others read, too, is stored by draws of its own, and reduced as it lies there: a fragment cannot write to others.
"""

from ...core.lists import same_items
from .access import Operand
from .elementwise import elementwise
from .expressions import emit_expressions, needed_instructions, result_dtype
from .layout import Layout
from .reduce import Stored, reduce_source
from .views import settle


class Computed:
    """Results of an expression, of one dtype, as what a pass reads; see reduce.Stored."""

    def __init__(self, builder, step, results):
        self.builder = builder
        self.step = step
        self.results = results
        self.expr = step["params"]["expr"]
        self.shape = step["params"]["shape"]
        self.dtypes = [builder.dtypes[value] for value in step["inputs"]]
        self.dtype = result_dtype(self.expr, results[0], self.dtypes)
        self.layout = Layout(self.shape, self.dtype, builder.targets, builder.max_shift)
        needed = [needed_instructions(self.expr, len(self.dtypes), k) for k in results]
        # The values that are read, each once, and per operand the number among them.
        self.inputs = []
        self.place = []
        for i in range(len(self.dtypes)):
            value = step["inputs"][i]
            reads = len([each for each in needed if each[i]]) > 0
            if reads and value not in self.inputs:
                self.inputs.append(value)
            self.place.append(self.inputs.index(value) if reads else -1)
        self.fetches = len(self.inputs)

    def texels(self, shader, row, quad, fixed):
        call = emit_expressions(shader, self.expr, self.results, self.dtypes, self.shape)
        before = ""
        inside = ""
        texels = []
        # Operands of the whole shape lie at one place of their textures.
        located = False
        for i in range(len(self.inputs)):
            operand = Operand(shader, i, self.shape)
            if operand.mode == "whole" and shader.views[i] is None:
                if not located:
                    inside = shader.located(i, "p", shader.group_of(i, row))
                    located = True
                texels.append(shader.texel(i, "p", quad, shader.layer_of(i, row)))
            else:
                found = operand.anywhere(row, quad, fixed)
                before = before + found[0]
                texels.append(found[1])
        given = [texels[self.place[i]] for i in call[1]]
        given.append(row + ", " + quad)
        names = ["e" + str(k) for k in range(len(self.results))]
        given.extend(names)
        inside = inside + shader.out_vector() + " " + ", ".join(names) + "; "
        return [before, inside + call[0] + "(" + ", ".join(given) + ");", names]

    def result(self, k):
        return Computed(self.builder, self.step, [self.results[k]])

    def settled(self, builder):
        """The value of the only result."""
        value = builder.add(self.shape, self.dtype)
        _draw(builder, self.step, [self.expr["results"][self.results[0]]], [value])
        return value


def _draw(builder, step, results, outputs):
    expr = {"instrs": step["params"]["expr"]["instrs"], "results": results}
    elementwise(builder, {"inputs": step["inputs"], "outputs": outputs, "params": {"expr": expr}})


def reductions(builder, step):
    """The results that are stored, then those that are reduced."""
    params = step["params"]
    outputs = step["outputs"]
    results = params["expr"]["results"]
    stored = [k for k in range(len(outputs)) if outputs[k] is not None and params["ops"][k] is None]
    if len(stored) > 0:
        _draw(builder, step, [results[k] for k in stored], [outputs[k] for k in stored])
    computed = {"f": [], "i": []}
    for k in range(len(outputs)):
        if outputs[k] is not None and params["ops"][k] is not None:
            value = _lying(builder, step, stored, k)
            if value < 0:
                computed[builder.layouts[outputs[k]].kind].append(k)
            else:
                reduce_source(
                    builder, [params["ops"][k]], params["axes"], Stored(builder, value), [outputs[k]]
                )
    for kind in ["f", "i"]:
        most = builder.targets
        for at in range(0, len(computed[kind]), most):
            _reduce(builder, step, computed[kind][at : min(at + most, len(computed[kind]))])
    return None


def _lying(builder, step, stored, k):
    """The value of what result k reduces, if it is in memory, else -1."""
    results = step["params"]["expr"]["results"]
    for other in stored:
        if results[other] == results[k]:
            return step["outputs"][other]
    if results[k] < len(step["inputs"]):
        operand = step["inputs"][results[k]]
        if same_items(builder.shapes[operand], step["params"]["shape"]):
            settle(builder, operand)
            return operand
    return -1


def _reduce(builder, step, chosen):
    """Reduce results that are not in memory."""
    ops = [step["params"]["ops"][k] for k in chosen]
    outs = [step["outputs"][k] for k in chosen]
    source = Computed(builder, step, chosen)
    if len(source.inputs) <= builder.units:
        reduce_source(builder, ops, step["params"]["axes"], source, outs)
        return None
    for k in range(len(chosen)):
        value = source.result(k).settled(builder)
        reduce_source(builder, [ops[k]], step["params"]["axes"], Stored(builder, value), [outs[k]])
    return None
