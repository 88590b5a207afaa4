"""Objects that stand in several places of a configuration: written once with a number each, read as one object."""

from typing import Any

from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_whole

SHARED_ID = "shared_object_id"
# The numbers of the objects that are being written, and the objects of those that are read.
SHARING: list[Any] = [None]
SHARED: list[Any] = [None]


def note_shared(thing, entry):
    """Give the entry of an object its number, where numbers are written."""
    numbers = SHARING[0]
    if numbers is not None:
        if not numbers.has(thing):
            numbers.put(thing, numbers.size() + 1)
        entry[SHARED_ID] = numbers.at(thing)
    return None


def written_sharing(function):
    """What `function()` writes, where objects that stand in several places have a "shared_object_id", as in Keras."""
    held = SHARING[0]
    if held is not None:
        return function()
    SHARING[0] = new_map()
    try:
        found = function()
    finally:
        SHARING[0] = held
    counts = new_map()
    _count_shared(found, counts)
    return _without_single(found, counts)


def _count_shared(value, counts):
    if is_list(value):
        for item in value:
            _count_shared(item, counts)
    elif is_dict(value):
        if SHARED_ID in value:
            number = value[SHARED_ID]
            counts.put(number, counts.at(number) + 1 if counts.has(number) else 1)
        for key in value.keys():
            _count_shared(value[key], counts)
    return None


def _without_single(value, counts):
    """A configuration without the numbers of objects that stand in one place."""
    if is_list(value):
        return [_without_single(item, counts) for item in value]
    if not is_dict(value):
        return value
    made = {}
    for key in value.keys():
        if key != SHARED_ID or counts.at(value[key]) > 1:
            made[key] = _without_single(value[key], counts)
    return made


def read_sharing(function):
    """Call `function()`, in which entries of one "shared_object_id" become one object."""
    held = SHARED[0]
    if held is not None:
        return function()
    SHARED[0] = new_map()
    try:
        return function()
    finally:
        SHARED[0] = held


def shared_object(entry, make):
    """The object of an entry that stands in several places, else `make()`."""
    table = SHARED[0]
    number = entry.get(SHARED_ID) if is_dict(entry) else None
    if table is None or not is_whole(number):
        return make()
    key = str(number) + ":" + str(entry.get("class_name"))
    if not table.has(key):
        table.put(key, make())
    return table.at(key)
