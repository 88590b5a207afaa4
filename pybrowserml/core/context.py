"""What surrounds a layer that is being applied: training flag, layers around, step, collected losses."""

from ..platform.errors import error
from ..platform.maps import new_map
from .graph import constant, current_overlay
from .host import host_scalar


class _Step:
    """A training step that is being recorded. calls: how often each random layer was applied, by path."""

    def __init__(self, tensor):
        self.tensor = tensor
        self.calls = new_map()
        self.losses = []


class _Context:
    def __init__(self):
        self.training = []
        self.paths = []
        self.steps = []
        self.eager = _Step(None)
        self.budget = None


CONTEXT = _Context()


def push_layer(path, training):
    """Enter a layer: its path is the prefix of those inside, its flag their default."""
    CONTEXT.paths.append(path)
    CONTEXT.training.append(training)


def pop_layer():
    CONTEXT.paths.pop()
    CONTEXT.training.pop()


def current_training():
    """The training flag of the innermost layer that is being applied, None outside or where nobody set one."""
    return CONTEXT.training[len(CONTEXT.training) - 1] if len(CONTEXT.training) > 0 else None


def current_path():
    """The path of the innermost layer that is being applied, or ""."""
    return CONTEXT.paths[len(CONTEXT.paths) - 1] if len(CONTEXT.paths) > 0 else ""


def push_step(tensor):
    """Enter the recording of a step. tensor: int32 scalar, the number of the step (iterations)."""
    CONTEXT.steps.append(_Step(tensor))


def pop_step():
    CONTEXT.steps.pop()


def _current():
    return CONTEXT.steps[len(CONTEXT.steps) - 1] if len(CONTEXT.steps) > 0 else CONTEXT.eager


def training_step():
    """int32 scalar tensor: the number of the training step being recorded, a constant 0 outside of one."""
    step = _current()
    return constant(host_scalar(0, "int32")) if step.tensor is None else step.tensor


def forget_calls():
    """Count the applications of random layers outside of steps anew."""
    CONTEXT.eager.calls = new_map()
    return None


def next_call(path):
    """How often the layer of this path was applied before in this step (or, outside of one, ever)."""
    calls = _current().calls
    index = calls.at(path) if calls.has(path) else 0
    calls.put(path, index + 1)
    return index


def record_loss(tensor):
    """Note a scalar loss that a layer adds to the model's.

    Outside of a step and of a scope that collects losses it is dropped.
    """
    overlay = current_overlay()
    if overlay is not None and overlay.losses is not None:
        overlay.losses.append(tensor)
    elif len(CONTEXT.steps) > 0:
        _current().losses.append(tensor)


def collected_losses():
    """The losses that layers added since the step was entered."""
    return _current().losses


def with_weight_budget(elements, function):
    """Call `function()`; the weights that layers make meanwhile may have so many elements together.

    A model from a file must not take more memory than its weights in the file account for.
    """
    held = CONTEXT.budget
    CONTEXT.budget = elements
    try:
        return function()
    finally:
        CONTEXT.budget = held


def spend_weight(weight_name, elements):
    """Count a new weight against the budget, if there is one. Raises FormatError when it is spent."""
    if CONTEXT.budget is not None:
        CONTEXT.budget = CONTEXT.budget - elements
        if CONTEXT.budget < 0:
            raise error(
                "FormatError",
                "the weight '" + weight_name + "' is larger than all weights that are stored",
            )
    return None
