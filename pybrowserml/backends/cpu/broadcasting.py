"""How an operand that broadcasts is read in row-major order of the larger shape."""

from ...platform.buffers import copy_within
from ..resolve import element_count
from .launch import strides_of

# Elements from which on it pays to have a run copied by a call of the JavaScript engine.
LONG = 32


def broadcast_strides(shape, target):
    """The strides of an operand's shape along the axes of the target; 0 where it repeats."""
    own = strides_of(shape)
    missing = len(target) - len(shape)
    strides = []
    for axis in range(len(target)):
        at = axis - missing
        if at < 0 or (shape[at] == 1 and target[axis] != 1):
            strides.append(0)
        else:
            strides.append(own[at])
    return strides


def collapse(shape, strides):
    """[dims, strides] of the same walk with as few axes as possible; axes of length 1 vanish."""
    dims = []
    steps = []
    for axis in range(len(shape)):
        if shape[axis] == 1:
            continue
        last = len(dims) - 1
        if last >= 0 and steps[last] == strides[axis] * shape[axis]:
            dims[last] = dims[last] * shape[axis]
            steps[last] = strides[axis]
        else:
            dims.append(shape[axis])
            steps.append(strides[axis])
    if len(dims) == 0:
        dims.append(1)
        steps.append(1)
    return [dims, steps]


def repeats_as_vector(shape, target):
    """True when the operand is its own trailing axes repeated: the target's position modulo its size is the
    index.
    """
    walk = collapse(target, broadcast_strides(shape, target))
    return len(walk[0]) == 2 and walk[1][0] == 0 and walk[1][1] == 1 and walk[0][1] == element_count(shape)


def gather_block(i, source, dims, steps, position, n, target):
    """Copy elements position .. position + n - 1 of a walk (dims, steps) over `source` to `target`."""
    rank = len(dims)
    index = []
    rest = position
    offset = source
    for axis in range(rank):
        inner = 1
        for later in range(axis + 1, rank):
            inner = inner * dims[later]
        at = int(rest / inner)
        rest = rest - at * inner
        index.append(at)
        offset = offset + at * steps[axis]
    last = rank - 1
    length = dims[last]
    step = steps[last]
    done = 0
    while done < n:
        run = length - index[last]
        if run > n - done:
            run = n - done
        gather_run(i, offset, step, run, target + done)
        done += run
        offset = offset + run * step
        index[last] = index[last] + run
        axis = last
        while axis > 0 and index[axis] == dims[axis]:
            index[axis] = 0
            offset = offset - dims[axis] * steps[axis]
            axis -= 1
            index[axis] = index[axis] + 1
            offset = offset + steps[axis]


def gather_run(i, source, step, n, target):
    """Copy n elements at a stride; a stride of 0 repeats one."""
    if step == 0:
        x = i[source]
        for p in range(n):
            i[target + p] = x
    elif step == 1 and n >= LONG:
        copy_within(i, target, source, source + n)
    elif step == 1:
        for p in range(n):
            i[target + p] = i[source + p]
    else:
        s = source
        for p in range(n):
            i[target + p] = i[s]
            s += step
