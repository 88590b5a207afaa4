"""Files in folders, one folder a class: their labels, and their division in two parts."""

from ..core.host import HostArray, host_array, host_scalar
from ..core.rng import host_permutation
from ..platform.buffers import from_numbers, zeros
from ..platform.errors import error
from .elements import Item, Thing
from .sources import ListStage


def folder_of(path):
    """The name of the folder that a file lies in."""
    parts = path.split("/")
    return parts[len(parts) - 2] if len(parts) > 1 else ""


def class_places(entries, class_names, op):
    """[the place of each file's folder among the class names, these names]; unless given, the sorted folders."""
    folders = [folder_of(entry[1]) for entry in entries]
    names = class_names
    if names is None:
        names = []
        for folder in folders:
            if folder not in names:
                names.append(folder)
        names = sorted(names)
    for folder in folders:
        if folder not in names:
            raise error(
                "ArgumentError",
                op + ": a file lies in the folder '" + folder + "', which is not among: " + ", ".join(names),
            )
    return [[names.index(folder) for folder in folders], names]


def given_labels(labels, entries, op):
    """Integers that a user gave, one for each file."""
    numbers = host_array(labels, "int32").data
    if len(numbers) != len(entries):
        raise error(
            "ArgumentError",
            op + ": there are " + str(len(entries)) + " files, but " + str(len(numbers)) + " labels",
        )
    return [int(number) for number in numbers]


def label_leaf(number, mode, classes):
    """The leaf of a label: "int" a scalar, "binary" a float32 (1,), "categorical" a float32 one-hot vector."""
    if mode == "int":
        return host_scalar(number, "int32")
    if mode == "binary":
        return HostArray(from_numbers("float32", [number]), [1], "float32")
    data = zeros("float32", classes)
    data[number] = 1
    return HostArray(data, [classes], "float32")


def file_stage(entries, labels):
    """A ListStage of files, alone or in pairs with the labels that the list holds: integers or leaves."""
    items = []
    for i in range(len(entries)):
        leaves = [Thing(entries[i][0])]
        for column in labels:
            leaf = column[i]
            leaves.append(leaf if isinstance(leaf, HostArray) else host_scalar(leaf, "int32"))
        items.append(Item(leaves, ["leaf"] if len(labels) == 0 else ["tuple", [["leaf"], ["leaf"]]]))
    return ListStage(items)


def divided(entries, labels, fraction, subset, key):
    """[entries, labels] of one part: subset "validation" is the last `fraction` of the files, "training" the others.

    key: a random key by which the files are mixed before, or None.
    """
    order = [i for i in range(len(entries))] if key is None else host_permutation(key, 0, len(entries))
    if fraction is not None:
        held = int(len(entries) * fraction)
        last = len(entries) - held
        order = order[last : len(entries)] if subset == "validation" else order[0:last]
    return [[entries[i] for i in order], None if labels is None else [labels[i] for i in order]]
