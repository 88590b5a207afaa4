"""Rules on loops, exceptions and other statements."""

import ast

from .kinds import COMPREHENSIONS, FUNCTIONS, called_method, called_name, contains, names_in, own_nodes
from .rule import rule

ONCE = ("sorted", "map", "filter", "sort", "any", "all")


@rule("with", (ast.With, ast.AsyncWith), "__exit__ is not run after return or break", "try/finally")
def with_statement(node, context):
    return True


@rule("assert", ast.Assert, "asserts are dropped", "if ...: raise error(...)")
def assert_statement(node, context):
    return True


@rule("try-else", ast.Try, "errors in the else part are swallowed", "the else part after the try")
def try_else(node, context):
    return bool(node.orelse)


@rule("raise-class", ast.Raise, "a class that is raised is not caught", "raise ValueError(...), with a call")
def raise_class(node, context):
    name = node.exc.id if isinstance(node.exc, ast.Name) else ""
    return name[:1].isupper()


@rule("error-args", ast.Attribute, "exceptions have no args", "message_of(e) of platform.errors")
def error_args(node, context):
    if node.attr not in ("args", "__cause__", "__context__", "__traceback__") or not isinstance(
        node.value, ast.Name
    ):
        return False
    handlers = (outer for outer in context.ancestors(node) if isinstance(outer, ast.ExceptHandler))
    return any(handler.name == node.value.id for handler in handlers)


UNRAISED = {"KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "TypeError", "StopIteration"}


@rule("unraised-error", ast.ExceptHandler, "JavaScript raises nothing there", "a check before")
def unraised_error(node, context):
    return node.type is not None and bool(names_in(node.type) & UNRAISED)


@rule("bare-return", ast.Return, "a bare return gives undefined", "return None")
def bare_return(node, context):
    if node.value is not None:
        return False
    scope = context.scope(node)
    return any(isinstance(part, ast.Return) and part.value is not None for part in own_nodes(scope))


@rule("walrus", ast.NamedExpr, "an assignment inside an expression does not compile", "an assignment before")
def walrus(node, context):
    return True


@rule("match", ast.Match, "match does not compile", "if and elif")
def match(node, context):
    return True


@rule("async", (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor), "CPython cannot drive it", "yield and @waits")
def async_function(node, context):
    return True


@rule("chained-compare", ast.Compare, "the middle is evaluated twice", "the middle in a variable before")
def chained_compare(node, context):
    return len(node.ops) > 1 and any(
        contains(part, ast.Call, ast.Yield, ast.YieldFrom) for part in node.comparators[:-1]
    )


@rule("augmented-twice", ast.AugAssign, "the index is evaluated twice", "the index in a variable before")
def augmented_twice(node, context):
    twice = isinstance(node.op, ast.FloorDiv | ast.Mod | ast.Pow)
    return twice and contains(node.target, ast.Call, ast.Yield)


@rule(
    "loop-capture",
    (ast.Lambda, ast.FunctionDef),
    "the function sees another last value of the loop variable",
    "a function that makes the function",
)
def loop_capture(node, context):
    outer = context.parent(node)
    runs_at_once = isinstance(outer, ast.Call | ast.keyword) and _call_name(outer, context) in ONCE
    if runs_at_once:
        return False
    own = {argument.arg for argument in node.args.args}
    used = set().union(
        *(names_in(part) for part in (node.body if isinstance(node.body, list) else [node.body]))
    )
    for loop in context.ancestors(node):
        if isinstance(loop, FUNCTIONS):
            return False
        if isinstance(loop, ast.For) and names_in(loop.target, ast.Store) & (used - own):
            return True
        if isinstance(loop, COMPREHENSIONS):
            bound = set().union(*(names_in(part.target, ast.Store) for part in loop.generators))
            if bound & (used - own):
                return True
    return False


def _call_name(node, context):
    call = context.parent(node) if isinstance(node, ast.keyword) else node
    return called_name(call) or called_method(call)


@rule(
    "loop-variable-after", ast.For, "the variable has another value after the loop", "a variable of its own"
)
def loop_variable_after(node, context):
    names = names_in(node.target, ast.Store)
    inside = {id(part) for part in ast.walk(node)}
    later = [
        part
        for part in own_nodes(context.scope(node))
        if isinstance(part, ast.Name)
        and part.id in names
        and id(part) not in inside
        and part.lineno > (node.end_lineno or 0)
        and not any(isinstance(outer, COMPREHENSIONS) for outer in context.ancestors(part))
    ]
    for name in names:
        uses = sorted(
            (part for part in later if part.id == name), key=lambda part: (part.lineno, part.col_offset)
        )
        bound_here = uses and (isinstance(uses[0].ctx, ast.Store) or _is_assigned_on_line(uses, uses[0]))
        if uses and not bound_here:
            return True
    return False


def _is_assigned_on_line(uses, first) -> bool:
    """Whether the line of the first use binds the name and does not read it, as the head of a loop does."""
    return any(isinstance(part.ctx, ast.Store) and part.lineno == first.lineno for part in uses) and not any(
        isinstance(part.ctx, ast.Load) and part.lineno == first.lineno for part in uses
    )


@rule(
    "loop-variable-changed",
    ast.For,
    "changes the course of a range loop",
    "a while loop, or another variable",
)
def loop_variable_changed(node, context):
    if called_name(node.iter) != "range":
        return False
    names = names_in(node.target, ast.Store)
    return any(names & names_in(part, ast.Store) for part in node.body)


@rule("range-bound-changed", ast.For, "the bound is read at each step", "the bound in a variable of its own")
def range_bound_changed(node, context):
    if called_name(node.iter) != "range":
        return False
    bounds = names_in(node.iter) - {"range", "len"}
    return any(bounds & names_in(part, ast.Store) for part in node.body)


@rule(
    "kernel-loop",
    (ast.BinOp, ast.Slice, ast.AugAssign),
    "slow in an innermost loop: //, % and ** are calls, slices copy",
    "a local variable before the loop",
)
def kernel_loop(node, context):
    if "backends/cpu/" not in context.path:
        return False
    loops = []
    for outer in context.ancestors(node):
        if isinstance(outer, FUNCTIONS):
            break
        if isinstance(outer, ast.For | ast.While):
            loops.append(outer)
    # The innermost of at least two loops, which runs over the elements of a typed array.
    if len(loops) < 2 or called_name(getattr(loops[0], "iter", None)) != "range":
        return False
    if any(node in ast.walk(part) for part in (loops[0].iter, loops[0].target)):
        return False
    if any(isinstance(part, ast.For | ast.While) for line in loops[0].body for part in ast.walk(line)):
        return False
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.FloorDiv | ast.Mod | ast.Pow)
    return True
