"""How arrays stand in what users give."""

from ..platform.buffers import is_array
from ..platform.numbers import is_dict
from .subclassed import is_several


class Form:
    """How arrays stand in what a user gave: keys of a dict, or whether there are several; given: HostArrays or None."""

    def __init__(self, given):
        self.keys_given = None
        if is_dict(given) and not is_array(given):
            self.keys_given = [key for key in given.keys()]
        self.several = given is not None and is_several(given)

    def structured(self, tensors):
        """Tensors, one for each array, as they were given; None where there are none."""
        if self.keys_given is not None:
            made = {}
            for i in range(len(tensors)):
                made[self.keys_given[i]] = tensors[i]
            return made
        if self.several or len(tensors) > 1:
            return tensors
        return tensors[0] if len(tensors) > 0 else None
