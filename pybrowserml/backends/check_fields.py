"""What checks of untrusted plans share: fields of objects, and dimensions of shapes and params."""

from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_string, is_whole

MOST_VALUES = 200000
MOST_ELEMENTS = 536870912
MOST_DEPTH = 50
DIM_OPS = ["+", "*", "//", "max", "min"]


def refuse(place, message):
    raise error("FormatError", place + ": " + message)


def field(item, key, place):
    if not is_dict(item):
        refuse(place, "must be an object")
    if key not in item:
        refuse(place, "has no '" + key + "'")
    return item[key]


def list_field(item, key, place):
    found = field(item, key, place)
    if not is_list(found):
        refuse(place + "." + key, "must be a list")
    if len(found) > MOST_VALUES:
        refuse(
            place + "." + key,
            "has " + str(len(found)) + " entries; at most " + str(MOST_VALUES) + " are allowed",
        )
    return found


def is_index(value, count):
    return is_whole(value) and value >= 0 and value < count


def check_dim(dim, sizes, place):
    if is_dict(dim):
        check_expr(field(dim, "dim", place), sizes, place, 0)
    elif not is_whole(dim) or dim < 0 or dim > MOST_ELEMENTS:
        refuse(place, "must be made of whole numbers from 0 to " + str(MOST_ELEMENTS) + " or {dim}")
    return None


def check_expr(expr, sizes, place, depth):
    if depth > MOST_DEPTH:
        refuse(place, "has a dimension that nests too deep")
    if is_string(expr):
        if expr not in sizes:
            refuse(place, "uses the unknown size '" + expr + "'")
    elif is_list(expr):
        if len(expr) != 3 or not is_string(expr[0]) or expr[0] not in DIM_OPS:
            refuse(place, "has a dimension that is no expression [op, a, b]; ops: " + " ".join(DIM_OPS))
        check_expr(expr[1], sizes, place, depth + 1)
        check_expr(expr[2], sizes, place, depth + 1)
        if expr[0] == "//" and (not is_whole(expr[2]) or expr[2] < 1):
            refuse(place, "divides a dimension by something that is no whole number of at least 1")
    elif not is_whole(expr):
        refuse(place, "has a dimension that is no whole number")
    return None


def check_dims_within(item, sizes, place, depth):
    if depth > MOST_DEPTH:
        refuse(place, "nests too deep")
    if is_list(item):
        if len(item) > MOST_VALUES:
            refuse(place, "has too many entries")
        for part in item:
            check_dims_within(part, sizes, place, depth + 1)
    elif is_dict(item):
        if "dim" in item:
            check_expr(item["dim"], sizes, place, 0)
        else:
            for key in item.keys():
                check_dims_within(item[key], sizes, place + "." + key, depth + 1)
    return None
