"""What cumulative and sort steps must look like for integer shapes."""

from .common import are_distinct_axes, expect

CUMULATIVE = ["sum", "prod", "max", "min", "logsumexp"]


def cumulative_shape(params, inputs, outputs):
    if params["op"] not in CUMULATIVE:
        return "has an unknown op"
    if not are_distinct_axes([params["axis"]], len(inputs[0])):
        return "has an axis outside of its input's rank"
    return expect(inputs[0], outputs[0])


def sort_shape(params, inputs, outputs):
    if len(inputs[0]) == 0:
        return "sorts a scalar"
    for output in outputs:
        wrong = expect(inputs[0], output)
        if wrong is not None:
            return wrong
    return None
