"""Memory of eager tensors, given back by scopes."""

from ..compiler.realise import compute_at_once
from ..core.graph import close_scope, current_trace, is_tensor, open_scope
from ..core.structure import flatten
from ..platform.errors import error
from ..platform.streams import is_promise
from .compiled import require_function


def scope(body):
    """What `body()` gives; the memory of all other tensors that were made meanwhile is given back.

    body: a function without arguments that gives a tensor, a structure of tensors, or anything else. Where values are
    read, or a model works, in a page one has to wait; so body must not be async: read what it gives, afterwards. Loops
    that make many tensors free memory by it at once, and not when the garbage collector finds the time.
    """
    require_function("scope", body)
    open_scope()
    kept = []
    try:
        result = body()
        if is_promise(result):
            raise error("ArgumentError", "scope: the function must not be async; read values after the scope")
        kept = [leaf for leaf in flatten(result, False)[0] if is_tensor(leaf)]
        # What is kept may still wait for tensors that are not.
        if current_trace() is None:
            compute_at_once(kept)
    finally:
        close_scope(kept)
    return result
