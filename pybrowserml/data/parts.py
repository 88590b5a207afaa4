"""Elements as training takes them: inputs, targets and sample weights."""

from ..core.structure import leaf_count, unflatten
from ..platform.errors import error
from ..platform.numbers import is_list
from ..platform.records import as_tuple

MOST_PARTS = 3


def split_element(item):
    """[x, y, sample_weight] of an Item: nested HostArrays, None for what is not there.

    A tuple or list of up to three parts is (x, y, sample_weight); so is a dict with the keys xs and ys alone, as
    TensorFlow.js has it. Any other element is x.
    """
    spec = item.spec
    if spec[0] == "dict" and len(spec[1]) == 2 and "xs" in spec[1] and "ys" in spec[1]:
        places = [spec[1].index("xs"), spec[1].index("ys")]
        parts = _parts(item, spec[2])
        return [parts[places[0]], parts[places[1]], None]
    if (spec[0] == "tuple" or spec[0] == "list") and len(spec[1]) > 0 and len(spec[1]) <= MOST_PARTS:
        parts = _parts(item, spec[1])
        while len(parts) < MOST_PARTS:
            parts.append(None)
        return parts
    return [unflatten(spec, item.leaves), None, None]


def _parts(item, specs):
    found = []
    place = 0
    for spec in specs:
        count = leaf_count(spec)
        found.append(unflatten(spec, item.leaves[place : place + count]))
        place = place + count
    return found


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """x alone, (x, y) or (x, y, sample_weight): what a custom loop hands on as one value."""
    if sample_weight is not None:
        return as_tuple([x, y, sample_weight])
    if y is not None:
        return as_tuple([x, y])
    return as_tuple([x]) if is_list(x) else x


def unpack_x_y_sample_weight(data):
    """(x, y, sample_weight) of what `pack_x_y_sample_weight` gave, with None for what is not there."""
    if not is_list(data):
        return as_tuple([data, None, None])
    if len(data) == 0 or len(data) > MOST_PARTS:
        raise error(
            "ArgumentError",
            "unpack_x_y_sample_weight: expected (x,), (x, y) or (x, y, sample_weight), got "
            + str(len(data))
            + " parts",
        )
    parts = [part for part in data]
    while len(parts) < MOST_PARTS:
        parts.append(None)
    return as_tuple(parts)
