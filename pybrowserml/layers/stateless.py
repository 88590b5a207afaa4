"""Layers as functions of their weights: what `stateless_call` gives."""

from ..core.stateless import StatelessScope, inside, pairs_of, values_after
from ..platform.errors import error


def stateless_call(layer, trainable_variables, non_trainable_variables, run, return_losses):
    """[result of `run()`, values of the other weights after it], with return_losses also the list of losses."""
    if not layer.built:
        raise error("NotBuiltError", layer.shown_name() + ": stateless_call needs a layer that was built")
    asked = layer.shown_name() + ": stateless_call"
    fixed = layer.non_trainable_variables
    pairs = pairs_of(layer.trainable_variables, trainable_variables, asked, "trainable_variables")
    pairs.extend(pairs_of(fixed, non_trainable_variables, asked, "non_trainable_variables"))
    scope = StatelessScope(pairs)

    def both():
        result = run()
        return [result, layer.losses if return_losses else []]

    found = inside(scope, both)
    parts = [found[0], values_after(scope, fixed)]
    if return_losses:
        parts.append(found[1])
    return parts
