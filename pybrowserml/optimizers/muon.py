"""Muon: matrices move by the orthogonal part of their momentum, as in Keras 3."""

from ..core.annotations import Rate
from ..core.opset.binary import add, divide, multiply, subtract
from ..core.opset.matmul import matmul
from ..core.opset.reduction import reduce_sum
from ..core.opset.unary import sqrt
from ..ops.math import square
from ..platform import real
from ..platform.text import has_match
from .base import Optimizer
from .moments import adam_rate, adam_step, toward


class Muon(Optimizer):
    """Matrices step along their momentum with all singular values near 1; other weights by AdamW.

    exclude_layers: regular expressions; weights whose path has a match step by AdamW, and so do embeddings when
    exclude_embeddings. The orthogonal part comes from ns_steps of Newton and Schulz's iteration, a quintic with the
    coefficients muon_a, muon_b, muon_c. rms_rate: steps are as large as AdamW's times this; None leaves them.
    Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        adam_beta_1=0.9,
        adam_beta_2=0.999,
        adam_weight_decay=0.004,
        epsilon=1e-7,
        weight_decay=0.004,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
        exclude_layers=None,
        exclude_embeddings=True,
        muon_a=3.4445,
        muon_b=-4.775,
        muon_c=2.0315,
        adam_lr_ratio: float = 1,
        momentum=0.95,
        ns_steps=5,
        nesterov=True,
        rms_rate: float | None = 0.2,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = [] if exclude_layers is None else exclude_layers
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate
        self._scaled_rate = None

    def _by_adam(self, variable):
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and has_match("embedding", variable.path.lower()):
            return True
        for pattern in self.exclude_layers:
            if has_match(pattern, variable.path):
                return True
        return False

    def slots_of(self, variable):
        momentum = ["momentum", 0.0, 0, variable.shape]
        if self._by_adam(variable):
            return [momentum, ["velocity", 0.0, 0, variable.shape]]
        return [momentum]

    def decay_of(self, variable):
        return self.adam_weight_decay if self._by_adam(variable) else self.weight_decay

    def prepare(self, rate):
        own = multiply(rate, self.adam_lr_ratio * 1.0)
        self._scaled_rate = adam_rate(own, self.adam_beta_1, self.adam_beta_2, self.local_step())
        return None

    def update(self, gradient, variable, slots, rate):
        if len(slots) == 2:
            m = toward(slots[0], gradient, self.adam_beta_1)
            v = toward(slots[1], square(gradient), self.adam_beta_2)
            return adam_step(variable, m, v, self._scaled_rate, self.epsilon)
        old = slots[0].value
        m = add(old, add(gradient, multiply(old, self.momentum - 1.0)))
        slots[0].assign(m)
        ahead = add(gradient, multiply(m, self.momentum)) if self.nesterov else m
        step = multiply(self._orthogonal(ahead), rate)
        if self.rms_rate is not None:
            rows = variable.shape[0]
            columns = variable.shape[1]
            step = multiply(step, real.sqrt(rows if rows > columns else columns) * self.rms_rate)
        variable.assign(subtract(variable.value, step))
        return None

    def _orthogonal(self, x):
        """The matrix with its singular values moved towards 1."""
        # The smaller of the two products of x with itself; a transposed operand costs nothing.
        tall = x.shape[0] > x.shape[1]
        x = divide(x, add(sqrt(reduce_sum(square(x), None, False)), 1e-7))
        for i in range(self.ns_steps):
            a = matmul(x, x, tall, not tall)
            b = add(multiply(a, self.muon_b), multiply(matmul(a, a), self.muon_c))
            moved = matmul(x, b) if tall else matmul(b, x)
            x = add(multiply(x, self.muon_a), moved)
        return x
