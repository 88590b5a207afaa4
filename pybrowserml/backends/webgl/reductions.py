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
from .wide import is_wide


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
    """What is stored, then what is reduced. Where something is stored all is, by the same draws, and read again: a walk
    that reads every operand once more takes longer.
    """
    params = step["params"]
    results = params["expr"]["results"]
    wanted = [k for k in range(len(results)) if step["outputs"][k] is not None]
    places = [results[k] for k in wanted if params["ops"][k] is None]
    values = [step["outputs"][k] for k in wanted if params["ops"][k] is None]
    stores = len(places) > 0 or is_wide(builder, step)
    walked = {"f": [], "i": []}
    lying = []
    for k in wanted:
        if params["ops"][k] is None:
            continue
        if results[k] in places or _is_operand(builder, step, results[k]):
            lying.append(k)
        elif stores:
            lying.append(k)
            places.append(results[k])
            values.append(builder.add(params["shape"], builder.dtypes[step["outputs"][k]]))
        else:
            walked[builder.layouts[step["outputs"][k]].kind].append(k)
    if len(places) > 0:
        _draw(builder, step, places, values)
    for k in lying:
        value = values[places.index(results[k])] if results[k] in places else step["inputs"][results[k]]
        settle(builder, value)
        _reduce(builder, step, Stored(builder, value), [k])
    for kind in ["f", "i"]:
        for first in range(0, len(walked[kind]), builder.targets):
            chosen = walked[kind][first : min(first + builder.targets, len(walked[kind]))]
            _reduce(builder, step, Computed(builder, step, chosen), chosen)
    return None


def _is_operand(builder, step, place):
    """Whether a result is an operand of the whole shape."""
    if place >= len(step["inputs"]):
        return False
    return same_items(builder.shapes[step["inputs"][place]], step["params"]["shape"])


def _reduce(builder, step, source, chosen):
    ops = [step["params"]["ops"][k] for k in chosen]
    reduce_source(builder, ops, step["params"]["axes"], source, [step["outputs"][k] for k in chosen])
