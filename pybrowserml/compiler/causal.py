"""Softmax of scores that end at the diagonal: what an engine may leave out.

A query sees the keys up to its own place; the others have a score so low that their weights are 0, whatever the
products give there. So neither these nor their part of the second product need be computed.
"""

from ..backends.rows import ROW_INSTRUCTIONS
from ..platform.numbers import is_string

# Every logit of a net is above that by more than 104, from which on exp gives 0.
LOWEST = -1.0e8
SOFTMAX = ["divide", "exp", "subtract", "where"]


def is_causal(expr, count, rows, columns):
    """Whether an expression of a step `attention` is softmax(where(row >= column, x, a very low number)), where x is
    elementwise work on operand 0. count: of operands; rows, columns: the operands that hold indices.
    """
    instrs = expr["instrs"]
    chain = []
    value = expr["results"][0]
    for op in SOFTMAX:
        if value < count or instrs[value - count][0] != op:
            return False
        chain.append(value)
        value = instrs[value - count][2][0]
    divided, powers, shifted, masked = chain[0], chain[1], chain[2], chain[3]
    if not _is_row(instrs, count, instrs[divided - count][2][1], "row_sum", powers):
        return False
    if not _is_row(instrs, count, instrs[shifted - count][2][1], "row_max", masked):
        return False
    where = instrs[masked - count][2]
    seen = where[0] - count
    low = where[2] - count
    if seen < 0 or low < 0 or instrs[seen][0] != "greater_equal" or instrs[low][0] != "constant":
        return False
    number = instrs[low][3]
    if instrs[seen][2][0] != rows or instrs[seen][2][1] != columns:
        return False
    if is_string(number) or number > LOWEST:
        return False
    return _reads_scores_only(instrs, count, where[1])


def _is_row(instrs, count, value, op, source):
    return value >= count and instrs[value - count][0] == op and instrs[value - count][2][0] == source


def _reads_scores_only(instrs, count, value):
    """Whether no reduction stands before a value, nor any operand but the first."""
    needed = [False for _value in range(count + len(instrs))]
    needed[value] = True
    for back in range(value + 1):
        here = value - back
        if needed[here]:
            if here < count:
                if here > 0:
                    return False
                continue
            if instrs[here - count][0] in ROW_INSTRUCTIONS:
                return False
            for operand in instrs[here - count][2]:
                needed[operand] = True
    return True
