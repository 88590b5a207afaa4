"""All state of a model as nested dicts by the parts of its paths, as Keras's `get_state_tree` gives it."""

from ..core.host import host_array
from ..core.slots import fetch_hosts, store_hosts
from ..ops.arguments import require_choice
from ..platform.buffers import copy_of, to_user
from ..platform.errors import error
from ..platform.numbers import is_dict

SECTIONS = ["trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables"]


def read_tree(model, value_format):
    """Generator → dict section → nested dicts, with values at the end of each path."""
    require_choice(value_format, ["backend_tensor", "numpy_array"], "value_format")
    tree = {}
    for section in SECTIONS:
        variables = _variables_of(model, section)
        if value_format == "backend_tensor":
            values = [variable.value for variable in variables]
        else:
            hosts = yield from fetch_hosts(variables)
            values = [to_user(copy_of(host.data), host.shape, host.dtype) for host in hosts]
        tree[section] = {}
        for i in range(len(variables)):
            _put(tree[section], variables[i].path.split("/"), values[i], variables[i].path)
    return tree


def _put(tree, parts, value, path):
    for i in range(len(parts) - 1):
        if parts[i] not in tree:
            tree[parts[i]] = {}
        tree = tree[parts[i]]
    last = parts[len(parts) - 1]
    if last in tree:
        raise error(
            "ArgumentError",
            "get_state_tree: two variables have the path '" + path + "': name layers differently",
        )
    tree[last] = value
    return None


def set_tree(model, tree):
    """Generator: give variables the values that a tree has for them; others stay. Raises before any is set."""
    variables = []
    values = []
    for section in tree.keys():
        if section not in SECTIONS:
            raise error(
                "ArgumentError",
                "set_state_tree: unknown part '" + section + "'; known: " + ", ".join(SECTIONS),
            )
        for variable in _variables_of(model, section):
            value = _at(tree[section], variable.path.split("/"))
            if value is not None:
                variables.append(variable)
                values.append(value)
    waiting = [i for i in range(len(values)) if hasattr(values[i], "node") or hasattr(values[i], "slot")]
    for i in waiting:
        variables[i].assign(values[i])
    others = [i for i in range(len(values)) if i not in waiting]
    hosts = [host_array(values[i], variables[i].dtype) for i in others]
    yield from store_hosts([variables[i] for i in others], hosts)
    return None


def _at(tree, parts):
    """The value at the end of a path, or None."""
    for part in parts:
        if not is_dict(tree) or part not in tree:
            return None
        tree = tree[part]
    return tree


def _variables_of(model, section):
    if section == "trainable_variables":
        return model.trainable_variables
    if section == "non_trainable_variables":
        return model.non_trainable_variables
    if section == "metrics_variables":
        return model.metrics_variables
    return [] if model.compiled is None else model.compiled.optimizer.variables
