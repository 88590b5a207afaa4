"""Rules on lists, tuples, dicts and sets."""

import ast

from .kinds import COMPREHENSIONS, called_method, called_name
from .rule import rule

SEQUENCES = ("list", "tuple")
CONTAINERS = ("list", "tuple", "dict", "set")


@rule(
    "list-repeat", ast.BinOp, "* on a list or text is a number in JavaScript (NaN)", "filled(n, v), or a loop"
)
def list_repeat(node, context):
    kinds = (context.kind(node.left), context.kind(node.right))
    return isinstance(node.op, ast.Mult) and any(kind in ("list", "tuple", "str") for kind in kinds)


@rule("list-add", (ast.BinOp, ast.AugAssign), "+ on lists joins them as text", "concat(a, b) or a.extend(b)")
def list_add(node, context):
    if not isinstance(node.op, ast.Add):
        return False
    parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    return any(context.kind(part) in SEQUENCES for part in parts)


@rule("negative-index", ast.Subscript, "a negative index is undefined in JavaScript", "a[len(a) - 1]")
def negative_index(node, context):
    index = node.slice
    negative = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
    return negative and isinstance(index.operand, ast.Constant) and context.kind(node.value) != "dict"


@rule("container-compare", ast.Compare, "containers are compared by identity", "same_shape(a, b) or a loop")
def container_compare(node, context):
    ordered = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    parts = [node.left, *node.comparators]
    return isinstance(node.ops[0], ordered) and any(context.kind(part) in CONTAINERS for part in parts)


@rule("container-in", ast.Compare, "`in` compares containers by identity", "a loop that compares the items")
def container_in(node, context):
    return isinstance(node.ops[0], ast.In | ast.NotIn) and context.kind(node.left) in CONTAINERS


@rule("mixed-compare", ast.Compare, "values of two types never meet in one comparison safely", "one type")
def mixed_compare(node, context):
    kinds = {context.kind(part) for part in [node.left, *node.comparators]}
    return isinstance(node.ops[0], ast.Eq | ast.NotEq) and len(kinds & {"str", "number", "bool"}) > 1


@rule(
    "truth-of-container",
    (ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.UnaryOp, ast.comprehension, ast.Call),
    "an empty container is true in JavaScript",
    "len(xs) > 0, or `is None`",
)
def truth_of_container(node, context):
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        tests = [node.test]
    elif isinstance(node, ast.BoolOp):
        tests = node.values
    elif isinstance(node, ast.UnaryOp):
        tests = [node.operand] if isinstance(node.op, ast.Not) else []
    elif isinstance(node, ast.comprehension):
        tests = node.ifs
    else:
        tests = node.args if called_name(node) == "bool" else []
    return any(context.kind(test) in CONTAINERS for test in tests)


@rule("iterate-dict", (ast.For, ast.comprehension, ast.Call), "a dict cannot be iterated", "d.keys()")
def iterate_dict(node, context):
    if isinstance(node, ast.Call):
        iterating = called_name(node) in ("list", "sorted", "tuple", "set", "enumerate", "zip", "max", "min")
        return iterating and any(context.kind(part) == "dict" for part in node.args)
    return context.kind(node.iter) == "dict"


@rule(
    "dict-key",
    (ast.Dict, ast.Subscript),
    "keys become texts, and their order changes",
    "texts as keys; a list",
)
def dict_key(node, context):
    if isinstance(node, ast.Dict):
        return any(key is not None and context.kind(key) not in (None, "str") for key in node.keys)
    return context.kind(node.value) == "dict" and context.kind(node.slice) not in (None, "str")


PROTOTYPE_KEYS = {"constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "isPrototypeOf"}


@rule(
    "prototype-key", ast.Dict, "the key is a property of every JavaScript object", "another or a prefixed key"
)
def prototype_key(node, context):
    return any(isinstance(key, ast.Constant) and key.value in PROTOTYPE_KEYS for key in node.keys)


@rule("dict-merge", (ast.BinOp, ast.AugAssign), "| and & do not merge dicts or sets", "update() or a loop")
def dict_merge(node, context):
    if not isinstance(node.op, ast.BitOr | ast.BitAnd | ast.BitXor | ast.Sub):
        return False
    parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    return any(context.kind(part) in ("dict", "set") for part in parts)


@rule("dict-unpack", ast.Dict, "** in a literal does not compile", "a copy, then update()")
def dict_unpack(node, context):
    return any(key is None for key in node.keys)


@rule("set-of-containers", (ast.Set, ast.SetComp), "containers are told apart by identity", "texts as items")
def set_of_containers(node, context):
    items = node.elts if isinstance(node, ast.Set) else [node.elt]
    return any(context.kind(item) in CONTAINERS for item in items)


@rule("generator-argument", ast.Call, "the function takes no generator in JavaScript", "a list comprehension")
def generator_argument(node, context):
    takes_list = called_name(node) in ("max", "min", "set", "tuple", "len", "sorted")
    return takes_list and any(isinstance(part, ast.GeneratorExp) for part in node.args)


@rule("star-unpack", ast.Starred, "a star unpacks nothing here", "extend(), or slices")
def star_unpack(node, context):
    return not isinstance(context.parent(node), ast.Call)


@rule("del-item", ast.Delete, "leaves a hole in the list", "pop(i), or a rebuilt list")
def del_item(node, context):
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            counted = isinstance(target.slice, ast.Slice) or context.kind(target.slice) == "number"
            if counted or context.kind(target.value) == "list":
                return True
    return False


@rule("slice-assign", (ast.Assign, ast.AugAssign), "a slice cannot be assigned to", "a rebuilt list")
def slice_assign(node, context):
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice) for part in targets)


@rule("slice-step", ast.Slice, "a stepped slice has another length or type", "a loop with explicit bounds")
def slice_step(node, context):
    return node.step is not None


@rule("missing-key-is-none", ast.Compare, "a missing key or index is undefined", "d.get(k), or `k in d`")
def missing_key_is_none(node, context):
    if not isinstance(node.ops[0], ast.Is | ast.IsNot) or context.kind(node.comparators[0]) != "none":
        return False
    return isinstance(node.left, ast.Subscript) and context.kind(node.left.value) == "dict"


@rule(
    "sort-key", ast.Call, "tuples and lists are compared as texts", "a number or a text as key, or two sorts"
)
def sort_key(node, context):
    if called_name(node) != "sorted" and called_method(node) != "sort":
        return False
    keys = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
    return any(isinstance(key, ast.Lambda) and context.kind(key.body) in CONTAINERS for key in keys)


@rule("sort-reverse", ast.Call, "reverse=True changes the order of ties", "a negated number as key")
def sort_reverse(node, context):
    if called_name(node) != "sorted" and called_method(node) != "sort":
        return False
    return {"key", "reverse"} <= {keyword.arg for keyword in node.keywords}


@rule("yield-in-comprehension", (ast.Yield, ast.YieldFrom), "yields in a function of its own", "a for loop")
def yield_in_comprehension(node, context):
    for outer in context.ancestors(node):
        if isinstance(outer, COMPREHENSIONS):
            return True
        if isinstance(outer, ast.stmt):
            return False
    return False
