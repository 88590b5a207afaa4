"""Sample weights and class weights: what users pass, made to fit what the losses weigh."""

from ..backends.backend import format_json_shape
from ..core.dims import evaluate
from ..core.host import HostArray
from ..platform.buffers import is_array, zeros
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_number, is_whole
from .batches import of_rank, separate, to_host


def weight_arrays(value, targets):
    """One HostArray of sample weights per target, each (batch,) or longer; one array serves all targets."""
    if value is None:
        return None
    shared = (
        len(targets) > 1
        and (is_array(value) or not is_dict(value))
        and (not is_list(value) or len(value) != len(targets) or is_number(value[0]))
    )
    if shared:
        host = to_host(value, "sample_weight")
        return [host for target in targets]
    entries = separate(value, targets, "sample weight")
    return [to_host(entry, "sample_weight") for entry in entries]


def class_weights_of(class_weight, sample_weights, ys, targets):
    """Sample weights (batch,) from a dict class → weight and labels (classes, or one column a class).

    sample_weights: must be None; ys, targets: lists of one entry. Classes that are not in the dict have weight 1, as in
    Keras.
    """
    if sample_weights is not None or len(targets) != 1:
        raise error("ArgumentError", "class_weight works for models of one output and without sample_weight")
    _require_weights_of_classes(class_weight)
    labels = ys[0]
    target = targets[0]
    rows = labels.shape[0] if len(labels.shape) > 0 else 0
    columns = len(labels.data) // rows if rows > 0 else 1
    one_hot = len(labels.shape) == 2 and labels.shape[1] > 1
    if columns > 1 and not one_hot:
        raise error("ArgumentError", "class_weight needs one class per sample of '" + target["name"] + "'")
    weights = zeros("float32", rows)
    for row in range(rows):
        label = 0
        if one_hot:
            for column in range(columns):
                if labels.data[row * columns + column] > labels.data[row * columns + label]:
                    label = column
        else:
            label = int(labels.data[row] + 0.5)
        weights[row] = _class_weight(class_weight, label)
    return HostArray(weights, [rows], "float32")


def _require_weights_of_classes(class_weight):
    """Raise ArgumentError for a key that can be no class, or a weight that is no number."""
    if is_list(class_weight):
        weights = class_weight
    else:
        weights = [class_weight[key] for key in class_weight.keys()]
        for key in class_weight.keys():
            if len([each for each in _text_of(key) if each not in "0123456789"]) > 0:
                raise error(
                    "ArgumentError", "class_weight: '" + str(key) + "' is no class, which 0, 1, ... are"
                )
    for weight in weights:
        if not is_number(weight):
            raise error("ArgumentError", "class_weight: the weights of classes must be numbers")
    return None


def _class_weight(class_weight, label):
    if is_list(class_weight):
        return class_weight[label] if label < len(class_weight) else 1.0
    for key in class_weight.keys():
        if _text_of(key) == str(label):
            return class_weight[key]
    return 1.0


def _text_of(key):
    """The text of a key, a class or its text; JavaScript has texts only."""
    return str(int(key)) if is_whole(key) else str(key)


def weight_dims(shape, dims):
    """The dimensions of a tensor of weights: those of a target as far as both go, 1 where the weights have it.

    shape: of the user's weights, whose first axis is the batch; dims: of the target, with symbolic ones.
    """
    found = []
    for i in range(len(shape)):
        if i > 0 and (shape[i] == 1 or i >= len(dims)):
            found.append(shape[i])
        else:
            found.append(dims[i])
    return found


def fitting_weights(hosts, specs):
    """The weights with the rank that the specs of a plan ask for; an axis of 1 serves all of its places.

    Raises ShapeError where weights do not fit.
    """
    found = []
    for i in range(len(specs)):
        wanted = specs[i]["shape"]
        host = of_rank(hosts[i], wanted)
        fits = len(host.shape) == len(wanted)
        if fits:
            for axis in range(1, len(wanted)):
                size = host.shape[axis]
                fits = fits and (size == 1 or is_dict(wanted[axis]) or wanted[axis] == size)
        if not fits:
            raise error(
                "ShapeError",
                "sample_weight of '"
                + specs[i]["name"]
                + "' must have shape "
                + format_json_shape(wanted)
                + ", with 1 where all places of an axis have one weight, got "
                + format_json_shape(hosts[i].shape),
            )
        found.append(host)
    return found


def weights_of_batch(hosts, specs, sizes):
    """The weights of a batch in the shapes of the specs: ones where none are given, axes of 1 spread out.

    hosts: what fitting_weights gave, cut into batches, or empty; sizes: the sizes of the batch by name.
    """
    found = []
    for i in range(len(specs)):
        shape = [evaluate(dim["dim"], sizes) if is_dict(dim) else dim for dim in specs[i]["shape"]]
        count = 1
        for dim in shape:
            count = count * dim
        if len(hosts) == 0:
            ones = zeros("float32", count)
            for place in range(count):
                ones[place] = 1
            found.append(HostArray(ones, shape, "float32"))
        else:
            found.append(spread(hosts[i], shape, count))
    return found


def spread(host, shape, count):
    """A host array with its axes of 1 repeated to a shape of so many elements in all."""
    if len(host.data) == count:
        return host
    data = zeros(host.dtype, count)
    for place in range(count):
        rest = place
        step = 1
        source = 0
        for back in range(len(shape)):
            axis = len(shape) - 1 - back
            at = rest % shape[axis]
            rest = (rest - at) // shape[axis]
            if host.shape[axis] > 1:
                source = source + at * step
            step = step * host.shape[axis]
        data[place] = host.data[source]
    return HostArray(data, shape, host.dtype)
