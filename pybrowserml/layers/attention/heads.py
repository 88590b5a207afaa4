"""What attention layers with heads share: arguments, projections, weighted sums."""

from typing import Any

from ... import constraints, initializers, regularizers
from ...core.config import config_of, from_config
from ...core.dims import dims_equal
from ...core.opset.binary import multiply, where
from ...core.shapes import format_shape
from ...ops.activations import softmax
from ...ops.arguments import require_whole
from ...ops.equations import einsum
from ...platform import real
from ...platform.errors import error
from ...platform.numbers import is_list
from ..dropout import Dropout
from ..einsum_dense import EinsumDense
from ..layer import Layer
from .masks import MASKED, with_head_axes


class HeadedAttention(Layer):
    """The base of attention layers with heads."""

    def take_arguments(
        self,
        dropout,
        use_bias,
        sliding_window,
        flash_attention,
        kernel_initializer,
        bias_initializer,
        kernel_regularizer,
        bias_regularizer,
        activity_regularizer,
        kernel_constraint,
        bias_constraint,
        use_gate,
        seed,
    ):
        """Keep the arguments that all of them have."""
        self.supports_masking = True
        self.dropout = dropout
        self.use_bias = use_bias
        self.sliding_window = (
            None
            if sliding_window is None
            else require_whole(sliding_window, 1, self.argument("sliding_window"))
        )
        self.flash_attention = flash_attention
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.use_gate = use_gate
        self.seed = seed
        self.dropout_layer: Any = None

    def make_dropout(self):
        """Make the layer that drops weights; as in Keras when the layer is built, so that names count alike."""
        self.dropout_layer = Dropout(self.dropout, None, self.seed)
        return None

    def projection(self, input_shape, equation, output_shape, bias_axes, name, activation=None):
        """An EinsumDense for inputs of a shape, built, with this layer's arguments, and initializers of its own."""
        made = EinsumDense(
            equation,
            output_shape,
            activation,
            bias_axes if self.use_bias else None,
            from_config(config_of(self.kernel_initializer), "initializer"),
            from_config(config_of(self.bias_initializer), "initializer"),
            self.kernel_regularizer,
            self.bias_regularizer,
            self.kernel_constraint,
            self.bias_constraint,
            name,
            True,
            self.dtype,
        )
        made.path = self.path + "/" + name
        made.build(input_shape)
        return made

    def compute_output_shape(self, query_shape, value_shape=None, key_shape=None):
        """The shape of the output (without weights) for the shapes of the inputs; a list of them will do too."""
        shapes = [query_shape, value_shape, key_shape]
        if value_shape is None and len(query_shape) > 0 and is_list(query_shape[0]):
            shapes = query_shape
        if len(shapes) > 1 and shapes[1] is not None:
            self.require_pair(shapes[1], shapes[2] if len(shapes) > 2 else None)
        last = len(shapes[0]) - 1
        sizes = self.result_sizes(shapes[0][last])
        made = [shapes[0][i] for i in range(last)]
        made.extend(sizes)
        return made

    def require_pair(self, value_shape, key_shape):
        """The shape of the key, by default that of the value; raises ShapeError unless they go together."""
        keys = value_shape if key_shape is None else key_shape
        same = len(keys) == len(value_shape)
        for i in range(1, len(keys) - 1):
            same = same and dims_equal(keys[i], value_shape[i])
        if not same:
            raise error(
                "ShapeError",
                "value and key must differ in their last axis at most, got "
                + format_shape(value_shape)
                + " and "
                + format_shape(keys),
            )
        return keys

    def result_sizes(self, features):
        """The sizes of the result's last axes for a query with so many features."""
        return [features]

    def attend(self, equations, query, key, value, width, mask, query_axes, training, shows_weights):
        """[result, weights]: softmax of the masked scores, dropped out, times the values.

        equations: of scores (key, query) and of the sum (weights, value). width: the size of a head, whose root scales
        the scores. A query that may look at no key has equal weights for all of them, as in Keras; but weights of 0
        where Keras computes them for all to see, or to drop some of them.
        """
        scores = einsum(equations[0], key, multiply(query, 1.0 / real.sqrt(width)))
        mask = with_head_axes(mask, len(scores.shape), query_axes)
        scores = scores if mask is None else where(mask, scores, MASKED)
        axes: Any = [-1 - i for i in range(query_axes)]
        weights = softmax(scores, axes)
        if mask is not None and (shows_weights or self.dropout > 0 or len(query.shape) != 4):
            weights = where(mask, weights, 0.0)
        dropped = self.dropout_layer.apply_to(weights, training)
        return [einsum(equations[1], dropped, value), weights]

    def compute_mask(self, inputs, previous_mask=None):
        return previous_mask
