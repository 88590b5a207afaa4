"""Ops whose result's size depends on values, in JavaScript: text in, a promise of text out."""

from pybrowserml import ops
from pybrowserml.backends.active import set_backend
from pybrowserml.compiler import realise
from pybrowserml.engines import register_engines
from pybrowserml.platform.errors import error, message_of
from pybrowserml.platform.numbers import is_list
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import from_json, to_json

register_engines()
realise.install()


def call(op, given):
    """The value of a call, or a promise of it. given: nested lists; booleans and numbers as they are."""
    if op == "nonzero":
        return ops.nonzero(given[0])
    if op == "where":
        return ops.where(given[0])
    if op == "argwhere":
        return ops.argwhere(given[0])
    if op == "boolean_mask":
        return ops.boolean_mask(given[0], given[1], given[2])
    if op == "setdiff1d":
        return ops.setdiff1d(given[0], given[1])
    if op == "bincount":
        return ops.bincount(given[0], given[1], given[2])
    if op == "segment_sum":
        return ops.segment_sum(given[0], given[1])
    if op == "segment_mean":
        return ops.segment_mean(given[0], given[1])
    if op == "unique":
        return ops.unique(given[0], True, True, True, True, given[1], given[2], given[3])
    raise error("ArgumentError", "no such op: " + op)


def job(given):
    """Generator: {engine, op, arguments} → JSON of the results as nested lists, or of a message."""
    set_backend(given["engine"])
    try:
        found = yield call(given["op"], given["arguments"])
        parts = found if is_list(found) else [found]
        values = []
        for part in parts:
            value = yield part.array()
            values.append(value)
        return to_json(values)
    except Exception as failure:
        return to_json(message_of(failure))


def run_values(text):
    """A promise of the answer to a job."""
    return drive(job(from_json(text)))
