"""Batching of loops: their bodies are batched in turn."""

from ..graph import new_serial
from ..opset.reduction import reduce_max
from ..opset.registry import record
from ..subgraph import Body, key_of, new_param
from .axes import front, moved, with_attr


def _batched_body(node, inputs, mapped, batch):
    """[inputs, Batch of the body, its params, flags]: which carries vary between elements is found by trying.

    The gradient of a scan records it again with more results; both get the same nodes, so that they become one.
    """
    key = str(node.attrs["body"].origin) + " " + str(batch.size) + " ".join([key_of(x) for x in inputs])
    if not batch.loops.has(key):
        batch.loops.put(key, _find_body(node, inputs, mapped, batch))
    return batch.loops.at(key)


def _find_body(node, inputs, mapped, batch):
    body = node.attrs["body"]
    carries = node.attrs["carries"]
    flags = list(mapped)
    grown = True
    own = batch
    params = []
    while grown:
        grown = False
        own = batch.afresh()
        params = []
        for i in range(len(flags)):
            param = body.params[i]
            if flags[i]:
                params.append(
                    new_param(param.node.attrs["name"], front(batch.size, param.shape), param.dtype)
                )
                own.put(param, params[i])
            else:
                params.append(param)
        found = own.run(body.results[0:carries])
        for i in range(carries):
            if found[i][1] and not flags[i]:
                flags[i] = True
                grown = True
    made = []
    for i in range(len(inputs)):
        x = batch.raised(inputs[i], mapped[i]) if flags[i] else inputs[i]
        walked = node.op == "scan" and i >= carries and i < carries + node.attrs["stacked"]
        made.append(moved(x, 0, 1) if walked and flags[i] else x)
    return [made, own, params, flags, new_serial()]


def _body_results(node, found):
    """[results of the batched body, which of them are mapped]; carries as their params are."""
    pairs = found[1].run(node.attrs["body"].results)
    results = []
    flags = []
    for i in range(len(pairs)):
        flags.append(found[3][i] if i < node.attrs["carries"] else pairs[i][1])
        results.append(found[1].raised(pairs[i][0], pairs[i][1]) if flags[i] else pairs[i][0])
    return [results, flags]


def scan_rule(node, inputs, mapped, batch):
    found = _batched_body(node, inputs, mapped, batch)
    results = _body_results(node, found)
    outputs = record("scan", found[0], with_attr(node.attrs, "body", Body(found[2], results[0], found[4])))
    made = []
    for i in range(len(outputs)):
        walked = i >= node.attrs["carries"] and results[1][i]
        made.append(moved(outputs[i], 1, 0) if walked else batch.raised(outputs[i], results[1][i]))
    return made


def while_rule(node, inputs, mapped, batch):
    """Goes on while the flag of any element holds; the body lets those rest whose flag does not."""
    found = _batched_body(node, inputs, mapped, batch)
    results = _body_results(node, found)
    if not found[3][0]:
        body = Body(found[2], results[0], found[4])
        outputs = record("while", found[0], with_attr(node.attrs, "body", body))
        return [batch.raised(outputs[i], results[1][i]) for i in range(len(outputs))]
    params = front(new_param("flag", [], "bool"), found[2])
    body = Body(params, front(reduce_max(results[0][0], None, False), results[0]), found[4])
    attrs = with_attr(with_attr(node.attrs, "body", body), "carries", node.attrs["carries"] + 1)
    outputs = record("while", front(reduce_max(found[0][0], None, False), found[0]), attrs)
    return [batch.raised(outputs[i + 1], results[1][i]) for i in range(len(results[1]))]
