"""Scales of variables move into the weights beside them: a batch normalization behind a convolution, say.

conv(x, w) * s = conv(x, w * s) and (conv(x, w) + b) * s = conv(x, w * s) + b * s, where s is one number a channel. In
front of it conv(x * s, w) = conv(x, s * w), for `Rescaling`; and conv(x * s + t, w) = conv(x, s * w) + conv(t, w) where
nothing is padded. A shift of x itself, as in x - mean, stays: its small differences would be lost in sums of large
numbers. What is made of variables only is computed once per version of them (backends/invariant), so a prediction
multiplies a few weights instead of every pixel. A variable that the plan assigns is left alone, and so are training
steps.
"""

from ..core.dims import dims_equal, is_symbolic
from ..core.graph import walk
from ..core.opset.registry import is_elementwise
from ..core.shapes import same_shape
from ..platform.maps import new_map
from .rewrite import contains, derive, rewrite, scalar_value


def absorb_scales(outputs, assigned, passes=None):
    """Equivalent tensors with fewer products of images and vectors. assigned: the variables that the plan changes;
    passes: takes note of what is scaled.
    """
    if not _has_chances(outputs):
        return outputs
    return rewrite(outputs, _Absorbing(outputs, assigned, passes).rule)


def _has_chances(outputs):
    """Whether there is a convolution or product, a variable, and a multiplication: most graphs end here."""
    found = [False, False, False]
    for node in walk(outputs):
        if node.op == "conv2d" or node.op == "matmul":
            found[0] = True
        elif node.op == "multiply":
            found[1] = True
        elif node.op == "variable":
            found[2] = True
    return found[0] and found[1] and found[2]


class _Absorbing:
    """fixed: serials of nodes that depend on unchanged variables and constants only; readers: serial → how many read a
    node.
    """

    def __init__(self, outputs, assigned, passes):
        self.assigned = assigned
        self.passes = passes
        self.fixed = new_map()
        self.readers = new_map()
        for node in walk(outputs):
            self._note(node, node.inputs)
            for tensor in node.inputs:
                self._count(tensor.node)
        for tensor in outputs:
            # A result is never folded away.
            self._count(tensor.node)
            self._count(tensor.node)

    def _count(self, node):
        known = self.readers.at(node.serial)
        self.readers.put(node.serial, 1 if known is None else known + 1)

    def _note(self, node, inputs):
        if node.op == "variable":
            if not contains(self.assigned, node.attrs["variable"]):
                self.fixed.put(node.serial, True)
        elif node.op == "constant":
            self.fixed.put(node.serial, True)
        elif len(inputs) > 0 and "body" not in node.attrs:
            for tensor in inputs:
                if not self.fixed.has(tensor.node.serial):
                    return None
            self.fixed.put(node.serial, True)
        return None

    def _is_fixed(self, tensor):
        return self.fixed.has(tensor.node.serial)

    def _made(self, op, inputs, attrs, like):
        """A new node, read once, that takes the place of one that was `like` it."""
        made = derive(op, inputs, attrs, like.label)[0]
        self._note(made.node, inputs)
        self.readers.put(made.node.serial, self.readers.at(like.serial))
        return made

    def rule(self, node, inputs):
        if node.op == "conv2d":
            found = self._behind_scale(node, inputs)
            return self._followed(node, inputs) if found is None else [found]
        if node.op != "multiply":
            return self._followed(node, inputs)
        for side in range(2):
            scale = inputs[side]
            if self._is_fixed(scale):
                found = self._scaled(inputs[1 - side], scale, node)
                if found is not None:
                    self.readers.put(found.node.serial, self.readers.at(node.serial))
                    return [found]
        return self._followed(node, inputs)

    def _followed(self, node, inputs):
        """Keep a node; when it is made anew for other inputs, what is known of it stays so."""
        changed = False
        for k in range(len(inputs)):
            changed = changed or inputs[k].node is not node.inputs[k].node
        if not changed or len(node.outputs) != 1 or "body" in node.attrs:
            return None
        made = derive(node.op, inputs, node.attrs, node.label)
        self.readers.put(made[0].node.serial, self.readers.at(node.serial))
        self._note(made[0].node, inputs)
        return made

    def _behind_scale(self, node, inputs):
        """A convolution of x * s, or of x * s + t, as one of x; None where it is not."""
        x, weights = inputs[0], inputs[1]
        if not self._is_fixed(weights) or weights.dtype != "float32" or self._is_fixed(x):
            return None
        shift = None
        if x.node.op == "add" and not _is_padded(node):
            sides = self._sides(x)
            if sides is not None:
                x = sides[0]
                shift = sides[1]
        sides = self._sides(x) if x.node.op == "multiply" else None
        # What is left to do in front of the convolution would cost as much as before.
        if sides is None or is_elementwise(sides[0].node.op):
            return None
        for number in [sides[1], shift]:
            if node.attrs["groups"] > 1 and number is not None and not dims_equal(_count_of(number), 1):
                return None
        scaled = self._made("multiply", [weights, self._by_channel(sides[1], node)], {}, node)
        made = self._made("conv2d", [sides[0], scaled], node.attrs, node)
        if self.passes is not None:
            self.passes.scales.note("conv2d" if node.label is None else node.label)
        if shift is None:
            return made
        moved = self._made("multiply", [weights, self._by_channel(shift, node)], {}, node)
        attrs = {"op": "sum", "axes": [0, 1, 2], "keepdims": False}
        return self._made("add", [made, self._made("reduce", [moved], attrs, node)], {}, node)

    def _sides(self, x):
        """[what changes, numbers along its last axis] of a sum or product that nobody else reads, or None."""
        if self.readers.at(x.node.serial) != 1 or x.dtype != "float32":
            return None
        for side in range(2):
            other = x.node.inputs[1 - side]
            if self._is_fixed(other) and same_shape(x.node.inputs[side].shape, x.shape):
                return [x.node.inputs[side], other] if _is_vector_along(other, x) else None
        return None

    def _by_channel(self, numbers, node):
        """Numbers, one a channel of the image or one for all, in a shape that filters repeat."""
        if len(numbers.shape) == 0:
            return numbers
        return self._made("reshape", [numbers], {"shape": [_count_of(numbers), 1]}, node)

    def _scaled(self, x, scale, product):
        """x * scale as a tensor without that product, or None."""
        if self.readers.at(x.node.serial) != 1 or x.dtype != "float32" or scale.dtype != "float32":
            return None
        node = x.node
        if node.op == "conv2d" or node.op == "matmul":
            return self._anchor(node, x, scale, product)
        if node.op != "add":
            return None
        for side in range(2):
            shift = node.inputs[1 - side]
            inner = node.inputs[side]
            if self._is_fixed(shift) and self.readers.at(inner.node.serial) == 1:
                if inner.node.op != "conv2d" and inner.node.op != "matmul":
                    continue
                if not _is_vector_along(shift, inner) or len(inner.shape) != len(x.shape):
                    continue
                found = self._anchor(inner.node, inner, scale, product)
                if found is not None:
                    moved = self._made("multiply", [shift, scale], {}, product)
                    return self._made("add", [found, moved], {}, node)
        return None

    def _anchor(self, node, x, scale, product):
        """A convolution or product of matrices with its weights scaled."""
        weights = node.inputs[1]
        if not self._is_fixed(weights) or weights.dtype != "float32" or not _is_vector_along(scale, x):
            return None
        rank = len(weights.shape)
        if node.op == "matmul":
            if rank != 2:
                return None
            if node.attrs["transpose_b"] and scalar_value(scale) is None:
                scale = self._made("reshape", [scale], {"shape": [_count_of(scale), 1]}, product)
        if len(scale.shape) > rank:
            scale = self._made("reshape", [scale], {"shape": [_count_of(scale)]}, product)
        scaled = self._made("multiply", [weights, scale], {}, product)
        if self.passes is not None:
            self.passes.scales.note(node.op if node.label is None else node.label)
        return self._made(node.op, [node.inputs[0], scaled], node.attrs, node)


def _is_padded(node):
    for pair in node.attrs["pads"]:
        if not dims_equal(pair[0], 0) or not dims_equal(pair[1], 0):
            return True
    return False


def _count_of(tensor):
    """The elements of a vector, which are all along its last axis."""
    return 1 if len(tensor.shape) == 0 else tensor.shape[len(tensor.shape) - 1]


def _is_vector_along(tensor, x):
    """Whether a tensor has one number for each index of the last axis of x (or one for all), and does not widen x."""
    rank = len(tensor.shape)
    if rank > len(x.shape):
        return False
    for axis in range(rank):
        size = tensor.shape[axis]
        if axis < rank - 1 and not dims_equal(size, 1):
            return False
        if axis == rank - 1 and not dims_equal(size, 1):
            if is_symbolic(size) or not dims_equal(size, x.shape[len(x.shape) - 1]):
                return False
    return True
