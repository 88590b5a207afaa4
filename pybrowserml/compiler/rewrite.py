"""Rebuild a graph node by node; the passes are rules given to `rewrite`."""

from ..core.dims import encode_dim, is_symbolic
from ..core.graph import Node, Tensor, new_serial, walk
from ..core.opset.registry import PRIMITIVES
from ..core.subgraph import Body
from ..platform.buffers import to_numbers
from ..platform.maps import new_map
from ..platform.numbers import is_bool, is_dict, is_finite, is_list, is_nan, is_number, is_string
from ..platform.real import arctan2
from ..platform.text import to_json


def rewrite(outputs, rule):
    """New tensors for `outputs`, after `rule(node, inputs)` saw each node with its inputs already rewritten.

    The rule returns a list of tensors, one per output of the node, or None to keep the node.
    """
    done = new_map()
    for node in walk(outputs):
        inputs = [done.at(tensor.node.serial)[tensor.output] for tensor in node.inputs]
        replaced = rule(node, inputs)
        if replaced is None:
            same = True
            for i in range(len(inputs)):
                same = (
                    same
                    and inputs[i].node is node.inputs[i].node
                    and inputs[i].output == node.inputs[i].output
                )
            kept = node if same else Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label)
            replaced = [Tensor(kept, i) for i in range(len(node.outputs))]
        done.put(node.serial, replaced)
    return [done.at(tensor.node.serial)[tensor.output] for tensor in outputs]


def derive(op, inputs, attrs, label):
    """A new node made by a pass; returns its tensors."""
    shapes = PRIMITIVES[op].infer(
        [tensor.shape for tensor in inputs], [tensor.dtype for tensor in inputs], attrs
    )
    node = Node(op, inputs, attrs, shapes, new_serial(), label)
    return [Tensor(node, i) for i in range(len(shapes))]


def plain_number(number):
    """A number as it stands in a plan: JSON has no NaN and no infinities, so these become text."""
    if is_finite(number):
        return number
    if is_nan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"


def number_text(number):
    """Text of a number that tells 0.0 from -0.0, as that of JavaScript does not."""
    if number == 0:
        return "-0" if arctan2(number, -1.0) < 0 else "0"
    return str(number)


def encode_attrs(value):
    """Attributes as plain JSON: symbolic dimensions become {"dim": ...}."""
    if is_symbolic(value):
        return encode_dim(value)
    if value is None or is_bool(value) or is_string(value):
        return value
    if isinstance(value, Body):
        return body_text(value)
    if is_number(value):
        return plain_number(value)
    if is_list(value):
        return [encode_attrs(item) for item in value]
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = encode_attrs(value[key])
        return made
    return None


def body_text(body):
    """Text that is equal for bodies that compute the same from their params."""
    if body.text is not None:
        return body.text
    places = new_map()
    for i in range(len(body.params)):
        places.put(body.params[i].node.serial, "p" + str(i))
    parts = [to_json([[encode_attrs(param.shape), param.dtype] for param in body.params])]
    nodes = walk(body.results)
    for i in range(len(nodes)):
        node = nodes[i]
        if places.has(node.serial):
            continue
        places.put(node.serial, str(i))
        if node.op == "constant":
            host = node.attrs["data"]
            numbers = " ".join([number_text(number) for number in to_numbers(host.data)])
            parts.append(host.dtype + to_json(host.shape) + numbers)
        else:
            links = [[places.at(tensor.node.serial), tensor.output] for tensor in node.inputs]
            parts.append(node.op + attrs_key(node.attrs) + to_json(links))
    parts.append(to_json([[places.at(tensor.node.serial), tensor.output] for tensor in body.results]))
    body.text = "\n".join(parts)
    return body.text


def attrs_key(attrs):
    """Text that is equal for equal attributes."""
    text = ""
    for key in attrs.keys():
        text = text + key + value_key(attrs[key]) + ";"
    return text


def value_key(value):
    """Text that is equal for equal values of attributes; quicker than JSON."""
    if is_list(value):
        text = "["
        for item in value:
            text = text + value_key(item) + ","
        return text + "]"
    if value is None:
        return "-"
    if is_bool(value):
        return "t" if value else "f"
    if is_number(value):
        return number_text(value)
    if is_string(value):
        return '"' + value + '"'
    if is_symbolic(value):
        return to_json(encode_dim(value))
    if isinstance(value, Body):
        return body_text(value)
    return "{" + attrs_key(value) + "}" if is_dict(value) else ""


def same_value(a, b):
    """True for values of attributes whose `value_key` is the same."""
    # In JavaScript 0.0 is -0.0.
    if a is b and a != 0:
        return True
    if is_list(a):
        if not is_list(b) or len(a) != len(b):
            return False
        for i in range(len(a)):
            if not same_value(a[i], b[i]):
                return False
        return True
    return value_key(a) == value_key(b)


def scalar_value(tensor):
    """The number in a rank-0 constant, else None."""
    if tensor.node.op != "constant" or len(tensor.shape) > 0:
        return None
    return tensor.node.attrs["data"].data[0]


def contains(things, wanted):
    """Whether an object itself, not an equal one, is among others."""
    for thing in things:
        if thing is wanted:
            return True
    return False
