"""What `compile` is given for several outputs: one thing for all, a list in order, or a dict by name."""

from ..platform.errors import error
from ..platform.numbers import is_dict, is_list


def per_output(given, names, field):
    """One entry per output: of one thing, a list in order or a dict by name; None where there is none."""
    if is_dict(given) and "class_name" not in given:
        for key in given.keys():
            if key not in names:
                raise error(
                    "ArgumentError",
                    field + " names the unknown output '" + key + "'; known: " + ", ".join(names),
                )
        return [given.get(name) for name in names]
    if is_list(given):
        if len(given) != len(names):
            raise error(
                "ArgumentError",
                field + " must have one entry per output (" + ", ".join(names) + "), got " + str(len(given)),
            )
        return [item for item in given]
    return [given for name in names]


def losses_of(given, names):
    """One loss per output; each may stand in a list of its own."""
    found = per_output(given, names, "loss")
    return [item[0] if is_list(item) and len(item) == 1 else item for item in found]


def per_output_lists(given, names, field):
    """Metrics: one list per output."""
    if given is None:
        return [[] for name in names]
    if is_list(given) and len(names) == 1:
        if len(given) == 1 and is_list(given[0]):
            return [given[0]]
        return [given]
    if not is_list(given) and not is_dict(given):
        return [[given] for name in names]
    if is_list(given) and len(given) != len(names):
        raise error(
            "ArgumentError",
            field + " must have one entry per output (" + ", ".join(names) + "), got " + str(len(given)),
        )
    found = []
    for entry in per_output(given, names, field):
        if entry is None:
            found.append([])
        elif is_list(entry):
            found.append(entry)
        else:
            found.append([entry])
    return found
