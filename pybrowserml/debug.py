"""Help with models that go wrong."""

from .core.watching import WATCHING

__all__ = ["check_numerics"]


def check_numerics(enabled=True):
    """From now on look for NaN and infinity in training and evaluation.

    The first layer, loss or gradient of a step that has one is named in a NumericError, with the number of the step and
    the index. It costs time; a model that was compiled before must be compiled again. What happens inside of a loop,
    such as the steps of a recurrent layer, is seen in its result.
    """
    WATCHING.enabled = enabled
    return None
