"""How the operands of an expression are walked together: rows of the last axis within segments of the last two."""

from ...resolve import element_count
from ..broadcasting import broadcast_strides

# Where an operand's element stands for a position of a segment: at the position, at one place for all, at the position
# within the row, at the number of the row.
EVERY = 0
ONE = 1
COLUMN = 2
ROW = 3


class Walk:
    """Axes that all operands walk alike are one.

    rows, length: of a segment; size: their product. kinds: EVERY, ONE, COLUMN or ROW per operand, None in all where
    an operand has none. outer, steps: the axes around a segment and each operand's strides on them.
    """

    def __init__(self, shapes, shape):
        strides = [broadcast_strides(own, shape) for own in shapes]
        dims = []
        steps = [[] for _own in shapes]
        for axis in range(len(shape)):
            if shape[axis] == 1:
                continue
            last = len(dims) - 1
            joins = last >= 0
            for k in range(len(shapes)):
                joins = joins and steps[k][last] == strides[k][axis] * shape[axis]
            if joins:
                dims[last] = dims[last] * shape[axis]
                for k in range(len(shapes)):
                    steps[k][last] = strides[k][axis]
            else:
                dims.append(shape[axis])
                for k in range(len(shapes)):
                    steps[k].append(strides[k][axis])
        while len(dims) < 2:
            dims.insert(0, 1)
            for own in steps:
                own.insert(0, 0)
        if len(dims) == 2 and dims[1] == 1:
            for own in steps:
                own[1] = 1
        inner = len(dims) - 2
        self.rows = dims[inner]
        self.length = dims[inner + 1]
        self.size = self.rows * self.length
        self.outer = dims[0:inner]
        self.segments = element_count(self.outer)
        self.steps = steps
        self.kinds = []
        for k in range(len(shapes)):
            self.kinds.append(self._kind(element_count(shapes[k]), steps[k][inner], steps[k][inner + 1]))

    def _kind(self, count, row, column):
        if count == 1:
            return ONE
        if column == 1 and (row == self.length or self.rows == 1):
            return EVERY
        if column == 1:
            return COLUMN
        if row == 0:
            return ONE
        return ROW

    def offset(self, operand, segment):
        """Where an operand begins in a segment."""
        rest = segment
        found = 0
        axis = len(self.outer) - 1
        while axis >= 0:
            at = rest % self.outer[axis]
            rest = int((rest - at) / self.outer[axis])
            found = found + at * self.steps[operand][axis]
            axis -= 1
        return found
