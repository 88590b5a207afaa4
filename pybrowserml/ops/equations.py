"""einsum: any sum of products over labelled axes, as matrix products in a good order."""

from ..core.dims import dim_value, dims_equal, is_symbolic, sizes_of
from ..core.dtypes import promote
from ..core.opset.registry import to_tensor, with_dtype
from ..core.shapes import format_shape
from ..platform.errors import error
from .arguments import shown
from .contraction import arranged, contract, counted, joined, product_dtype, summed
from .matrices import diagonal

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# A size that is not known counts as this when orders of contraction are compared.
GUESS = 64
# Up to so many operands every order is tried.
EXHAUSTIVE = 5


def einsum(subscripts, *operands):
    """Products of tensors, summed over the labels that the result does not have.

    subscripts: "ij,jk->ik": a letter an axis, one group an operand. A letter twice in a group takes the diagonal;
    "..." stands for the axes that are left, which broadcast. Without "->" the result has "..." and the letters that
    occur once, in alphabetical order. Axes of size 1 broadcast. Sums of integers are exact; they wrap where they do not
    fit into the dtype in which the operands meet (int32 of int8).
    More than two operands are contracted two by two, in the order that needs the fewest multiplications
    (of up to 5 operands the best of all orders, beyond that greedily). Sizes may be symbolic.
    """
    given = _operands(operands)
    tensors = given[0]
    parsed = _parse(subscripts, [tensor.shape for tensor in tensors])
    groups, result = parsed[0], parsed[1]
    labels = []
    sizes = []
    for i in range(len(tensors)):
        _note_sizes(subscripts, groups[i], tensors[i].shape, labels, sizes)
    pending = []
    for i in range(len(tensors)):
        operand = _diagonals([tensors[i], groups[i]])
        elsewhere = joined([groups[k] for k in range(len(groups)) if k != i])
        pending.append(summed(operand, joined([result, elsewhere])))
    for step in _order([operand[1] for operand in pending], result, labels, sizes):
        a = pending[step[0]]
        b = pending[step[1]]
        pending = [pending[i] for i in range(len(pending)) if i != step[0] and i != step[1]]
        needed = _needed([operand[1] for operand in pending], result)
        pending.append(contract(a, b, needed))
    return with_dtype(arranged(pending[0], result), given[1])


def _operands(given):
    if len(given) == 0:
        raise error("ArgumentError", "einsum: needs at least one operand")
    tensors = [to_tensor(item) for item in given]
    dtype = tensors[0].dtype
    for tensor in tensors:
        dtype = promote(dtype, tensor.dtype)
    return [[counted(with_dtype(tensor, dtype)) for tensor in tensors], product_dtype(tensors)]


def _needed(others, result):
    """The labels that a contraction must keep: the result's first, in its order."""
    return joined([result, joined(others)])


def _parse(subscripts, shapes):
    """[labels of each operand, labels of the result]; the axes of "..." are labelled ".0", ".1" from the right."""
    text = subscripts.replace(" ", "")
    halves = text.split("->")
    given = halves[0].split(",")
    if len(halves) > 2:
        _refuse(subscripts, "has more than one '->'")
    if len(given) != len(shapes):
        _refuse(subscripts, "names " + str(len(given)) + " operands, but got " + str(len(shapes)))
    groups = []
    spread = 0
    for i in range(len(given)):
        letters = len(given[i].replace("...", ""))
        extra = len(shapes[i]) - letters
        dotted = "..." in given[i]
        if extra < 0 or (extra > 0 and not dotted):
            _refuse(
                subscripts,
                "gives operand "
                + str(i)
                + " "
                + str(letters)
                + " axes, but its shape is "
                + format_shape(shapes[i]),
            )
        groups.append(_labels(subscripts, given[i], extra if dotted else 0))
        if dotted and extra > spread:
            spread = extra
    if len(halves) == 2:
        result = _labels(subscripts, halves[1], spread)
        if spread > 0 and "..." not in halves[1]:
            _refuse(subscripts, "must have '...' in its result too")
        for i in range(len(result)):
            if result.index(result[i]) != i:
                _refuse(subscripts, "has '" + result[i] + "' twice in its result")
            if result[i] not in joined(groups):
                _refuse(subscripts, "has '" + result[i] + "' in its result only")
        return [groups, result]
    result = ["." + str(spread - 1 - i) for i in range(spread)]
    every = joined(groups)
    for letter in LETTERS:
        count = 0
        for label in every:
            if label == letter:
                count = count + 1
        if count == 1:
            result.append(letter)
    return [groups, result]


def _labels(subscripts, group, spread):
    """The labels of one group of the equation."""
    labels = []
    place = 0
    while place < len(group):
        letter = group[place]
        if letter == ".":
            if group[place : min(place + 3, len(group))] != "..." or "..." in labels:
                _refuse(subscripts, "may have '...' once a group, and no other dots")
            labels.append("...")
            place = place + 3
            continue
        if letter not in LETTERS:
            _refuse(subscripts, "has '" + letter + "', which is no letter")
        labels.append(letter)
        place = place + 1
    found = []
    for label in labels:
        if label == "...":
            found.extend(["." + str(spread - 1 - i) for i in range(spread)])
        else:
            found.append(label)
    return found


def _refuse(subscripts, problem):
    raise error("ArgumentError", "einsum: " + shown(subscripts) + " " + problem)


def _note_sizes(subscripts, group, shape, labels, sizes):
    """Add the sizes of an operand's labels to the list; they agree, or one is 1."""
    for i in range(len(group)):
        if group[i] not in labels:
            labels.append(group[i])
            sizes.append(shape[i])
            continue
        place = labels.index(group[i])
        if dims_equal(sizes[place], 1):
            sizes[place] = shape[i]
        elif not dims_equal(shape[i], 1) and not dims_equal(shape[i], sizes[place]):
            shapes = format_shape([sizes[place], shape[i]])
            raise error(
                "ShapeError",
                "einsum: " + shown(subscripts) + " gives '" + group[i] + "' two sizes, " + shapes,
            )
    return None


def _diagonals(operand):
    """The operand with every label once: repeated ones become diagonals."""
    x, labels = operand[0], operand[1]
    place = 0
    while place < len(labels):
        again = -1
        for i in range(place + 1, len(labels)):
            if labels[i] == labels[place] and again < 0:
                again = i
        if again < 0:
            place = place + 1
            continue
        if not dims_equal(x.shape[place], x.shape[again]):
            raise error(
                "ShapeError",
                "einsum: the diagonal '"
                + labels[place]
                + "' of "
                + format_shape(x.shape)
                + " needs equal sizes",
            )
        x = diagonal(x, 0, place, again)
        rest = [labels[i] for i in range(len(labels)) if i != place and i != again]
        rest.append(labels[place])
        labels = rest
        place = 0
    return [x, labels]


# The order of contraction


def _order(groups, result, labels, sizes):
    """Pairs [i, j] of places in the shrinking list of operands; each result goes to its end."""
    numbers = [_guess(size) for size in sizes]
    if len(groups) <= EXHAUSTIVE:
        return _best_order(groups, result, labels, numbers)[1]
    steps = []
    while len(groups) > 1:
        best = [-1, [], []]
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                trial = _trial(groups, i, j, result, labels, numbers)
                if best[0] < 0 or trial[0] + trial[1] < best[0]:
                    best = [trial[0] + trial[1], [i, j], trial[2]]
        steps.append(best[1])
        groups = best[2]
    return steps


def _best_order(groups, result, labels, numbers):
    """[multiplications, steps] of the cheapest order."""
    if len(groups) < 2:
        return [0, []]
    best = [-1, []]
    for i in range(len(groups)):
        for j in range(i + 1, len(groups)):
            trial = _trial(groups, i, j, result, labels, numbers)
            if best[0] >= 0 and trial[0] >= best[0]:
                continue
            rest = _best_order(trial[2], result, labels, numbers)
            if best[0] < 0 or trial[0] + rest[0] < best[0]:
                best = [trial[0] + rest[0], joined([[[i, j]], rest[1]])]
    return best


def _trial(groups, i, j, result, labels, numbers):
    """[multiplications, size of the result, the operands afterwards] of contracting two."""
    rest = [groups[k] for k in range(len(groups)) if k != i and k != j]
    needed = _needed(rest, result)
    union = joined([groups[i], [label for label in groups[j] if label not in groups[i]]])
    cost = 1
    size = 1
    for label in union:
        number = numbers[labels.index(label)]
        cost = cost * number
        if label in needed:
            size = size * number
    rest.append([label for label in union if label in needed])
    return [cost, size, rest]


def _guess(size):
    """A number for a dimension, to compare orders by."""
    if not is_symbolic(size):
        return max(size, 1)
    guesses = {}
    for size_name in sizes_of(size):
        guesses[size_name] = GUESS
    return dim_value(size, guesses)
