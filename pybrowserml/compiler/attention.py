"""Attention as one step: a product, a step `rows` on its result, and a product of that with a third tensor.

So softmax(q k' + mask) v is one kernel `attention`, which engines compute some rows at a time: scores, of which there
are L² a head, need not be stored (Dao et al. 2022, arXiv:2205.14135, has the same aim on a GPU). What somebody else
reads, the weights in the gradient of a training step for one, is stored as before.
"""

from ..core.dims import dims_equal
from ..core.opset.registry import is_generator
from ..core.shapes import same_shape
from ..platform.maps import new_map
from .fuse import MOST_OPERANDS, is_elementwise, is_inline
from .rewrite import contains

# So many nodes are computed once more at most, where a mask is made of indices.
MOST_INLINED = 24


def join_attention(fusion):
    """Merge groups of a Fusion into steps `attention`."""
    found = []
    for group in fusion.live_groups():
        if group.rows is not None and group.anchor is None and group.merged_into is None:
            _join(fusion, group)
            if group.second is not None:
                _inline_indices(fusion, group)
                found.append(group)
    inlined = new_map()
    for group in found:
        for node in group.inlined:
            inlined.put(node.serial, node)
    serials = sorted([node.serial for node in fusion.nodes if inlined.has(node.serial)])
    for i in range(len(serials)):
        # Readers come before what they read.
        _absorb(fusion, fusion.homes.at(serials[len(serials) - 1 - i]))


def _join(fusion, group):
    """Put both products into a group of rows, if there are two."""
    behind = _product_behind(fusion, group)
    if behind is None:
        return None
    before = _product_before(fusion, group)
    if before is None:
        return None
    first = before[len(before) - 1]
    second = behind[len(behind) - 1]
    if not _are_of_heads(first, second):
        return None
    epilogue = fusion.group_of(first)
    if epilogue.anchor is first:
        if not _is_of_numbers(epilogue, first, group):
            return None
        fusion.merge(group, epilogue)
    for node in before:
        _take(fusion, group, node, node is not first)
    reader = fusion.group_of(second)
    if reader.anchor is second:
        # Its epilogue becomes a step of its own: the result is small beside the scores.
        reader.anchor = None
    for node in behind:
        _take(fusion, group, node, True)
    group.anchor = first
    group.second = second
    return None


def _inline_indices(fusion, group):
    """Let a step compute masks itself that are made of indices only, causal ones for instance: they are as large as the
    scores of a head. It reads the indices of each axis instead.
    """
    operands = []
    for node in group.nodes:
        if node is not group.second:
            for tensor in node.inputs:
                if not is_inline(tensor.node):
                    fusion.note_operand(operands, tensor, [group])
    given = len(operands)
    for tensor in operands:
        made = []
        if tensor.node is group.anchor or not _is_of_indices(tensor.node, made):
            continue
        indices = [node for node in made if node.op == "iota" and not contains(group.inlined, node)]
        if given + len(indices) - 1 <= MOST_OPERANDS:
            given = given + len(indices) - 1
            group.inlined.extend([node for node in made if not contains(group.inlined, node)])


def _is_of_indices(node, made):
    """Whether a node is elementwise work on indices and numbers; all such nodes below it are added to `made`."""
    if is_inline(node) or contains(made, node):
        return True
    if len(made) >= MOST_INLINED or node.outputs[0][1] == "float64":
        return False
    if node.op == "reshape":
        if not _is_aligned(node.inputs[0].shape, node.outputs[0][0]):
            return False
    elif node.op != "iota" and (not is_elementwise(node) or is_generator(node.op)):
        return False
    for tensor in node.inputs:
        if not _is_of_indices(tensor.node, made):
            return False
    made.append(node)
    return True


def _is_aligned(shape, target):
    """Whether two shapes differ by leading axes of 1 only."""
    longer = target if len(target) > len(shape) else shape
    shorter = shape if len(target) > len(shape) else target
    lead = len(longer) - len(shorter)
    for i in range(lead):
        if not dims_equal(longer[i], 1):
            return False
    return same_shape(longer[lead : len(longer)], shorter)


def _absorb(fusion, home):
    """Drop the group of an inlined node if all who read it compute it once more."""
    for node in home.nodes:
        if fusion.kept.has(node.serial):
            return None
        for user in fusion.users.at(node.serial):
            group = fusion.group_of(user)
            reads = group is not home and not group.absorbed
            if reads and not contains(group.inlined, node):
                return None
    home.absorbed = True
    return None


def _take(fusion, group, node, inside):
    own = fusion.homes.at(node.serial)
    own.merged_into = group
    own.place = -1
    if inside:
        group.take([node])


def _product_behind(fusion, group):
    """The nodes from the one result of a group to the product whose first operand it is, or None."""
    escaping = fusion.escaping(group)
    if len(escaping) != 1 or escaping[0].outputs[0][1] != "float32":
        return None
    node = escaping[0]
    if not same_shape(node.outputs[0][0], group.rows):
        return None
    found = []
    while True:
        users = fusion.users.at(node.serial)
        if len(users) != 1 or fusion.kept.has(node.serial):
            return None
        user = users[0]
        found.append(user)
        if user.op == "matmul":
            fits = user.inputs[0].node is node and not user.attrs["transpose_a"]
            return found if fits and _has_rows_of(user.inputs[0], group) else None
        if user.op != "reshape":
            return None
        node = user


def _product_before(fusion, group):
    """The nodes from an operand of a group back to a product that nobody else reads, or None."""
    for tensor in group.operands:
        node = tensor.node
        if not _is_read_only_by(fusion, node, group) or not _has_rows_of(tensor, group):
            continue
        found = []
        alone = True
        while alone and node.op == "reshape":
            found.append(node)
            node = node.inputs[0].node
            alone = len(fusion.users.at(node.serial)) == 1 and not fusion.kept.has(node.serial)
        home = fusion.group_of(node)
        if not alone or home is None or not same_shape(_rows_of(node), _rows_of(tensor.node)):
            continue
        if home.rows is None and home.anchor is not None and home.anchor.op == "matmul":
            if len(fusion.escaping(home)) == 1:
                found.append(home.anchor)
                return found
        elif node.op == "matmul":
            found.append(node)
            return found
    return None


def _is_read_only_by(fusion, node, group):
    for user in fusion.users.at(node.serial):
        if fusion.group_of(user) is not group:
            return False
    return not fusion.kept.has(node.serial)


def _rows_of(node):
    """The last axis, as a shape."""
    shape = node.outputs[0][0]
    return shape[len(shape) - 1 : len(shape)]


def _has_rows_of(tensor, group):
    """Whether a tensor is the rows of a group under another shape."""
    count = len(group.rows)
    return same_shape(_rows_of(tensor.node), group.rows[count - 1 : count])


def _are_of_heads(first, second):
    """Whether each matrix of queries has keys and values of its own.

    Keys and values that all share are weights mostly, which engines keep packed, and the rows between two layers.
    """
    query = first.inputs[0].shape
    key = first.inputs[1].shape
    weights = second.inputs[0].shape
    value = second.inputs[1].shape
    for tensor in [first.inputs[0], first.inputs[1], second.inputs[1]]:
        if tensor.dtype != "float32":
            return False
    rank = len(query)
    lead = len(weights) - 2
    if rank < 3 or len(key) != rank or lead < 1 or len(value) != lead + 2:
        return False
    rows = first.outputs[0][0][rank - 2]
    return (
        same_shape(query[0 : rank - 2], key[0 : rank - 2])
        and same_shape(weights[0:lead], value[0:lead])
        and dims_equal(rows, weights[lead])
    )


def _is_of_numbers(epilogue, first, group):
    """Whether an epilogue can be part of the expression on rows: they have one shape, or it reads single numbers."""
    for node in epilogue.nodes:
        if node.outputs[0][1] == "float64" or node.op == "iota" or node.op == "random_bits":
            return False
    same = same_shape(first.outputs[0][0], group.rows)
    for tensor in epilogue.operands:
        if tensor.dtype == "float64":
            return False
        if tensor.node is not first and not same:
            for dim in tensor.shape:
                if not dims_equal(dim, 1):
                    return False
    return True
