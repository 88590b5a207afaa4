"""Attention as one step: a product, a step `rows` on its result, and a product of that with a third tensor.

So softmax(q k' + mask) v is one kernel `attention`, which engines compute some rows at a time: scores, of which there
are L² a head, need not be stored (Dao et al. 2022, arXiv:2205.14135, has the same aim on a GPU). What somebody else
reads, the weights in the gradient of a training step for one, is stored as before.
"""

from ..core.dims import dims_equal
from ..core.shapes import same_shape


def join_attention(fusion):
    """Merge groups of a Fusion into steps `attention`."""
    for group in fusion.live_groups():
        if group.rows is not None and group.anchor is None and group.merged_into is None:
            _join(fusion, group)


def _join(fusion, group):
    """Put both products into a group of rows, if there are two."""
    behind = _product_behind(fusion, group)
    before = None if behind is None else _product_before(fusion, group)
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
