"""Several optimizers for one model: which of them updates a weight is told by its path."""

from typing import Any

from ..core.config import Configurable
from ..core.opset.binary import add
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_list
from ..platform.text import has_match
from .base import Optimizer
from .loss_scale import LossScaleOptimizer


class OptimizerMap(Configurable):
    """Which optimizer is a weight's: that of its path, else that of the one regular expression that fits all of it.

    default_optimizer: of the weights that no entry fits. optimizer_map: dict path or regular expression → optimizer.
    """

    def __init__(self, default_optimizer, optimizer_map=None):
        if not isinstance(default_optimizer, Optimizer):
            raise error("ArgumentError", "OptimizerMap: default_optimizer must be an optimizer")
        self.default_optimizer = default_optimizer
        self.optimizer_map = {}
        given = {} if optimizer_map is None else optimizer_map
        for key in given.keys():
            self.put(key, given[key])

    def put(self, key, optimizer):
        """Add an entry."""
        if key in self.optimizer_map:
            raise error("ArgumentError", "OptimizerMap: there is an optimizer for '" + key + "' already")
        _require_single(optimizer, "the optimizer for '" + key + "'")
        self.optimizer_map[key] = optimizer
        return None

    def optimizer_for(self, path):
        """The optimizer of the weight of a path. Raises ArgumentError where several expressions fit."""
        if path in self.optimizer_map:
            return self.optimizer_map[path]
        found = [key for key in self.optimizer_map.keys() if has_match("^(?:" + key + ")$", path)]
        if len(found) > 1:
            raise error(
                "ArgumentError", "OptimizerMap: several entries fit '" + path + "': " + ", ".join(found)
            )
        return self.optimizer_map[found[0]] if len(found) == 1 else self.default_optimizer

    def all_entries(self):
        """The optimizers of the entries."""
        return [self.optimizer_map[key] for key in self.optimizer_map.keys()]

    def __setitem__(self, key, optimizer):
        self.put(key, optimizer)

    def __getitem__(self, key):
        return self.optimizer_for(key)

    def __len__(self):
        return len(self.optimizer_map)


class MultiOptimizer(Optimizer):
    """An optimizer that gives each weight to one of several.

    optimizer_map: an OptimizerMap, or a function variable → optimizer. loss_scale_factor: that of all of them. They
    stand in `optimizers`; learning rates are theirs, and each counts its own `iterations`.
    """

    def __init__(self, optimizer_map, loss_scale_factor=None, name=None):
        super().__init__(0.0, None, None, None, None, False, 0.99, None, loss_scale_factor, None, name)
        self._rate = None
        self.optimizer_map = optimizer_map
        self.optimizers: list[Any] = []
        self.choices = new_map()
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in optimizer_map.all_entries():
                self._keep(optimizer)
            self._keep(optimizer_map.default_optimizer)

    def _keep(self, optimizer):
        for other in self.optimizers:
            if other is optimizer:
                return None
        _require_single(optimizer, "each optimizer of a MultiOptimizer")
        optimizer.loss_scale_factor = self.loss_scale_factor
        self.optimizers.append(optimizer)
        return None

    def _choice(self, variable):
        """The optimizer of a weight; asked for once."""
        if not self.choices.has(variable):
            chosen: Any = self.optimizer_map
            if isinstance(chosen, OptimizerMap):
                chosen = chosen.optimizer_for(variable.path)
            else:
                chosen = chosen(variable)
            self._keep(chosen)
            self.choices.put(variable, chosen)
        return self.choices.at(variable)

    @property
    def variables(self):
        """The count of steps, then the variables of each optimizer."""
        found = [self.iterations]
        for optimizer in self.optimizers:
            found.extend(optimizer.variables)
        return found

    def build(self, variables):
        for variable in variables:
            self._choice(variable).build([variable])
            if self._owner(variable) < 0:
                self._slot_owners.append(variable)
        self.built = True
        return None

    def apply(self, grads, trainable_variables=None):
        if trainable_variables is None:
            variables = self.owners()
        else:
            variables = [variable for variable in trainable_variables]
        if not is_list(grads) or len(grads) != len(variables):
            raise error("ArgumentError", "apply: needs one gradient per variable")
        self.build(variables)
        for optimizer in self.optimizers:
            places = [i for i in range(len(variables)) if self._choice(variables[i]) is optimizer]
            places = [i for i in places if grads[i] is not None]
            if len(places) > 0:
                optimizer.apply([grads[i] for i in places], [variables[i] for i in places])
        self.iterations.assign(add(self.iterations.value, 1))
        return None

    def finalize_variable_values(self, var_list):
        for optimizer in self.optimizers:
            optimizer.finalize_variable_values(var_list)
        return None

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        for optimizer in self.optimizers:
            optimizer.exclude_from_weight_decay(var_list, var_names)
        return None


def _require_single(optimizer, what):
    single = isinstance(optimizer, Optimizer) and not isinstance(optimizer, LossScaleOptimizer)
    if not single or isinstance(optimizer, MultiOptimizer):
        raise error(
            "ArgumentError", what + " must be an optimizer, and no LossScaleOptimizer or MultiOptimizer"
        )
    return None
