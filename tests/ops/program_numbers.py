"""Elementwise ops, reductions, activations and losses in CPython and, transpiled, in JavaScript. In the subset."""

from pybrowserml import activations, ops
from pybrowserml.backends.active import register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder
from pybrowserml.core.host import host_numbers
from pybrowserml.core.shapes import format_shape
from pybrowserml.platform.errors import attempt, kind_of, message_of
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json


def table(rows, columns):
    """Numbers without pattern, the same in both worlds."""
    return [[((7 * i + 3 * j) % 11) / 4.0 - 1.0 for j in range(columns)] for i in range(rows)]


def values():
    """[name, tensor or list of tensors]: arguments in forms in which the worlds may differ (1.0 is whole in a page)."""
    a = ops.array(table(3, 4))
    v = ops.array([1.5, -2.0, 0.25, 3.0, -1.0])
    n = ops.array([3, -4, 5])
    return [
        [
            "whole numbers",
            [ops.fmod(v, 2.0), ops.clip(v, -1.0, 1), ops.hypot(3.0, 4.0), ops.heaviside(v, 1.0)],
        ],
        [
            "of integers",
            [ops.fmod(n, 3), ops.arcsinh(n), ops.mean(n), ops.median(n), ops.squared_difference(n, 1.5)],
        ],
        [
            "bounds",
            [ops.nan_to_num(v, 1.0, 2.0, 3.0), ops.round(ops.array([125.5, -15.5]), -1), ops.step(v, 2.0)],
        ],
        ["axes", [ops.ptp(a, [0, -1]), ops.average(a, 1, [1.0, 2.0, 3.0, 4.0]), ops.logsumexp(a, 0, True)]],
        ["norms", [ops.norm(a), ops.norm(a, 1, [0, 1]), ops.norm(v, 3.0, 0), ops.normalize(a, 0, 1)]],
        [
            "quantiles",
            [ops.quantile(v, 1), ops.quantile(a, [0, 0.3, 1.0], 1), ops.percentile(v, 50), ops.median(a, 0)],
        ],
        [
            "activations",
            [activations.relu(v, 0.5, 2.0, 1.0), ops.squareplus(v, 4.0), ops.threshold(v, 0.0, -1.0)],
        ],
        ["along", [ops.glu(a), ops.sparsemax(a), ops.softmax(a, [0, 1]), ops.log_softmax(a, 0)]],
        [
            "special",
            [
                ops.erfinv(ops.array([0.0, 0.5, -0.9])),
                ops.lgamma(ops.abs(v)),
                ops.digamma(ops.abs(v)),
                ops.gammainc(2.0, 3.0),
            ],
        ],
        ["close", [ops.isclose(v, 1.5), ops.allclose(a, a), ops.in_top_k([1, 0, 2], a, 2)]],
        [
            "losses",
            [ops.huber_loss(a, ops.multiply(a, 2.0)), ops.softmax_cross_entropy(a, a, None, 0.1, "sum")],
        ],
        ["moving", [ops.moving_average(v, 1.0, 0.9, 2), ops.confusion_matrix([0, 1, 1], [1, 1, 0], 2)]],
        ["integrals", [ops.trapezoid(v, None, 2.0), ops.trapezoid(a, ops.arange(4))]],
        ["distances", [ops.cdist(a, a), ops.corrcoef(a), ops.euclidean_norm(a, 0)]],
        [
            "normalised",
            [ops.rms_normalization(a), ops.layer_normalization(a), ops.local_response_normalization(a, 1)],
        ],
    ]


def facts():
    """The shapes of results of unknown sizes."""
    x = placeholder("x", [size_named("n"), 4], "float32")
    return [
        format_shape(tensor.shape)
        for tensor in [
            ops.quantile(x, [0.5, 0.9], 0),
            ops.median(x),
            ops.glu(x),
            ops.cdist(x, x),
            ops.corrcoef(x),
            ops.trapezoid(x, None, 1.0, 0),
            ops.nanargmax(x, 0, True),
            ops.norm(x, 1, 0),
            ops.sparsemax(x, 0),
        ]
    ]


def calls():
    """Calls that must fail."""
    a = ops.ones([3, 4])
    v = ops.ones([5])
    empty = ops.ones([0, 2])
    cube = ops.ones([2, 2, 2])
    return [
        lambda: ops.arctan2(a, v),
        lambda: ops.hypot(a, v),
        lambda: ops.fmod(a, v),
        lambda: ops.fmax(a, v),
        lambda: ops.fmin(a, v),
        lambda: ops.heaviside(a, v),
        lambda: ops.logaddexp(a, v),
        lambda: ops.logaddexp2(a, v),
        lambda: ops.squared_difference(a, v),
        lambda: ops.divide_no_nan(a, v),
        lambda: ops.isclose(a, v),
        lambda: ops.allclose(a, v),
        lambda: ops.prelu(a, v),
        lambda: ops.gammainc(a, v),
        lambda: ops.gammaincc(a, v),
        lambda: ops.add_n([]),
        lambda: ops.add_n([a, v]),
        lambda: ops.round(a, 0.5),
        lambda: ops.squareplus(a, -1),
        lambda: ops.glu(ops.ones([3])),
        lambda: ops.glu(a, 2),
        lambda: ops.softmax(a, 2),
        lambda: ops.log_softmax(a, -3),
        lambda: ops.sparsemax(a, 2),
        lambda: ops.sum(a, 2),
        lambda: ops.mean(a, [0, 0]),
        lambda: ops.prod(a, 0, False, "double"),
        lambda: ops.max(empty, 0),
        lambda: ops.min(empty),
        lambda: ops.ptp(empty, 0),
        lambda: ops.argmax(empty, 0),
        lambda: ops.argmin(a, 2),
        lambda: ops.nanmax(empty, 0),
        lambda: ops.nanargmax(a, 2),
        lambda: ops.logsumexp(a, 5),
        lambda: ops.average(a, None, [1.0, 2.0, 3.0, 4.0]),
        lambda: ops.average(a, 0, [1.0, 2.0]),
        lambda: ops.average(a, 0, cube),
        lambda: ops.norm(a, "max"),
        lambda: ops.norm(cube, 1),
        lambda: ops.norm(a, 3, [0, 1]),
        lambda: ops.norm(a, 1, 2),
        lambda: ops.normalize(a, 3),
        lambda: ops.quantile(a, 1.5),
        lambda: ops.quantile(a, [0.5, -0.1]),
        lambda: ops.quantile(a, [[0.5]]),
        lambda: ops.quantile(a, 0.5, 0, "cubic"),
        lambda: ops.quantile(a, 0.5, 2),
        lambda: ops.percentile(a, 101),
        lambda: ops.nanquantile(a, 2),
        lambda: ops.nanpercentile(a, 50, 0, "middle"),
        lambda: ops.median(empty, 0),
        lambda: ops.nanmedian(a, 2),
        lambda: ops.corrcoef(cube),
        lambda: ops.corrcoef(1.0),
        lambda: ops.cdist(v, v),
        lambda: ops.cdist(a, ops.ones([2, 3])),
        lambda: ops.trapezoid(a, None, 1.0, 2),
        lambda: ops.confusion_matrix(a, a, 3),
        lambda: ops.confusion_matrix([0, 1], [0], 3),
        lambda: ops.moving_average(v, v, 0.9),
        lambda: ops.in_top_k([0, 1], a, 1),
        lambda: ops.in_top_k([0, 1, 2], v, 1),
        lambda: ops.batch_normalization(a, v, v, -1),
        lambda: ops.batch_normalization(a, ops.ones([4]), ops.ones([4]), 2),
        lambda: ops.batch_normalization(a, ops.ones([4]), ops.ones([4]), -1, v),
        lambda: ops.layer_normalization(a, v),
        lambda: ops.layer_normalization(a, None, v),
        lambda: ops.layer_normalization(a, None, None, 2),
        lambda: ops.rms_normalization(a, v),
        lambda: ops.rms_normalization(a, None, 3),
        lambda: ops.local_response_normalization(v),
        lambda: ops.categorical_crossentropy(a, v),
        lambda: ops.sparse_categorical_crossentropy([1, 2], a),
        lambda: ops.sparse_categorical_crossentropy(1, 1.0),
        lambda: ops.binary_crossentropy(a, v),
        lambda: ops.absolute_difference(a, v),
        lambda: ops.mean_squared_error(a, v),
        lambda: ops.mean_squared_error(a, a, None, "average"),
        lambda: ops.mean_squared_error(a, a, v),
        lambda: ops.cosine_distance(a, a, 2),
        lambda: ops.hinge_loss(a, v),
        lambda: ops.huber_loss(a, v),
        lambda: ops.log_loss(a, v),
        lambda: ops.sigmoid_cross_entropy(a, v),
        lambda: ops.softmax_cross_entropy(a, v),
        lambda: ops.compute_weighted_loss(a, cube),
        lambda: activations.get("relu7"),
    ]


def answers():
    """Generator → JSON of all of it."""
    shown = []
    for entry in values():
        found = []
        for tensor in entry[1]:
            host = yield from realise.read_tensor(tensor)
            found.append([host.shape, host.dtype, host_numbers(host)])
        shown.append([entry[0], found])
    failures = []
    for call in calls():
        failed = attempt(call)[1]
        failures.append(["none", ""] if failed is None else [kind_of(failed), message_of(failed)])
    return to_json({"values": shown, "facts": facts(), "failures": failures})


def run_job(text):
    """JSON of all of it, on the CPU engine."""
    realise.install()
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    set_backend("cpu")
    return drive(answers())
