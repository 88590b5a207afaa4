"""The state of a model by name: unique keys, reading, and setting from files or lists."""

from ..core.host import own_host
from ..core.shapes import format_shape, same_shape
from ..core.slots import fetch_hosts, store_hosts
from ..platform.errors import attempt, error
from ..platform.maps import new_map
from ..platform.numbers import is_list


def unique_keys(variables, prefix):
    """One text per variable: prefix and path, numbered where paths repeat."""
    seen = new_map()
    keys = []
    for variable in variables:
        key = prefix + variable.path
        number = 1
        while seen.has(key):
            number = number + 1
            key = prefix + variable.path + "_" + str(number)
        seen.put(key, True)
        keys.append(key)
    return keys


def read_state(variables, keys):
    """Generator → list of [key, HostArray]."""
    hosts = yield from fetch_hosts(variables)
    return [[keys[i], hosts[i]] for i in range(len(variables))]


def set_state(variables, keys, tensors, place):
    """Set variables from a list of [key, HostArray] with exactly their keys, shapes and dtypes.

    Nothing is set unless all fit. place: where the tensors come from. Raises FormatError.
    """
    given = new_map()
    for entry in tensors:
        given.put(entry[0], entry[1])
    known = new_map()
    for i in range(len(variables)):
        known.put(keys[i], True)
        if not given.has(keys[i]):
            raise error("FormatError", place + ": the weight '" + keys[i] + "' is missing")
        host = given.at(keys[i])
        if not same_shape(host.shape, variables[i].shape) or host.dtype != variables[i].dtype:
            raise error(
                "FormatError",
                place
                + ": the weight '"
                + keys[i]
                + "' must have shape "
                + format_shape(variables[i].shape)
                + " and dtype "
                + variables[i].dtype
                + ", got "
                + format_shape(host.shape)
                + " and "
                + host.dtype,
            )
    for entry in tensors:
        if not known.has(entry[0]):
            raise error(
                "FormatError", place + ": unknown weight '" + entry[0] + "'; the model has no such weight"
            )
    for i in range(len(variables)):
        variables[i].set_host(given.at(keys[i]))
    return None


def set_from_list(variables, values):
    """Generator: set variables from a list of arrays in their order, between two runs.

    Raises ShapeError or ArgumentError before any is set.
    """
    if not is_list(values) or len(values) != len(variables):
        count = str(len(values)) if is_list(values) else "something else"
        raise error("ArgumentError", "expected a list of " + str(len(variables)) + " weights, got " + count)
    hosts = []
    for i in range(len(variables)):
        made = attempt(_converting(values[i], variables[i].dtype))
        if made[1] is not None:
            raise error(
                "DtypeError", "the weight '" + variables[i].path + "' must be given as an array of numbers"
            )
        if not same_shape(made[0].shape, variables[i].shape):
            raise error(
                "ShapeError",
                "the weight '"
                + variables[i].path
                + "' has shape "
                + format_shape(variables[i].shape)
                + ", got a value of shape "
                + format_shape(made[0].shape),
            )
        hosts.append(made[0])
    yield from store_hosts(variables, hosts)
    return None


def _converting(value, dtype):
    return lambda: own_host(value, dtype)
