"""Makes tests/cases/blocks/*.json: what Keras 3 computes for losses, metrics, optimizers and so on.

Needs Keras 3.15 on JAX:  KERAS_BACKEND=jax python tests/blocks/make_keras_numbers.py [family ...]
"""

import json
import sys
from pathlib import Path

import jax
import keras
import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "blocks"
RNG = np.random.default_rng(20)  # Begins anew with each family.


def given(array):
    array = np.asarray(array)
    dtype = {"i": "int32", "b": "bool", "f": "float32"}[array.dtype.kind]
    data = array.reshape(-1).astype("int32" if dtype == "bool" else dtype)
    return {"shape": list(array.shape), "dtype": dtype, "data": data.tolist()}


def stated(array):
    array = np.asarray(array, np.float32)
    flat = [x if np.isfinite(x) else str(x) for x in array.reshape(-1).tolist()]
    return [list(array.shape), flat]


def normal(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def uniform(*shape):
    return RNG.uniform(0.02, 0.98, shape).astype(np.float32)


def shares(*shape):
    e = np.exp(normal(*shape))
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


def labels(count, *shape):
    return RNG.integers(0, count, shape).astype(np.int32)


def hot(count, *shape):
    return np.eye(count, dtype=np.float32)[labels(count, *shape)]


def yes(*shape):
    return (RNG.random(shape) > 0.5).astype(np.float32)


def serialised(thing, serialize):
    """Keras's configuration, with the arguments that it forgets."""
    entry = json.loads(json.dumps(serialize(thing)))
    forgotten = dict(getattr(thing, "_fn_kwargs", {}))
    if isinstance(thing, keras.initializers.Identity):
        forgotten["gain"] = thing.gain
    entry["config"] = {**forgotten, **entry["config"]}
    return entry


# Losses


def loss_row(label, loss, y_true, y_pred, weights=None, mask=None):
    def value(p):
        p = jax.numpy.asarray(p)
        if mask is not None:
            keras.src.backend.set_keras_mask(p, jax.numpy.asarray(mask))
        return loss(y_true, p, sample_weight=weights)

    found = value(y_pred)
    gradient = jax.grad(lambda p: jax.numpy.sum(loss(y_true, p, sample_weight=weights)))(y_pred)
    if mask is not None:
        # The mask does not survive differentiation there: it is a weight of each sample.
        gradient = masked_gradient(loss, y_true, y_pred, weights, mask)
    return {
        "label": label,
        "kind": "loss",
        "object": serialised(loss, keras.losses.serialize),
        "y_true": given(y_true),
        "y_pred": given(y_pred),
        "weights": None if weights is None else given(weights),
        "mask": None if mask is None else given(mask),
        "expected": [stated(found), stated(gradient)],
    }


def masked_gradient(loss, y_true, y_pred, weights, mask):
    from keras.src.losses.loss import reduce_weighted_values

    def total(p):
        values = loss.call(y_true, p)
        return jax.numpy.sum(
            reduce_weighted_values(values, sample_weight=weights, mask=mask, reduction=loss.reduction)
        )

    return jax.grad(total)(jax.numpy.asarray(y_pred))


def loss_rows():
    k = keras.losses
    a, b = normal(4, 3), normal(4, 3)
    rows = []

    def add(label, loss, *rest, **options):
        rows.append(loss_row(label, loss, *rest, **options))

    add("mse", k.MeanSquaredError(), a, b)
    add("mae", k.MeanAbsoluteError(), a, b)
    add("mape", k.MeanAbsolutePercentageError(), a, b)
    add("msle", k.MeanSquaredLogarithmicError(), uniform(4, 3), uniform(4, 3) * 3)
    add("cosine", k.CosineSimilarity(), a, b)
    add("cosine_axis_0", k.CosineSimilarity(axis=0), a, b)
    add("huber", k.Huber(delta=0.7), a, b)
    add("log_cosh", k.LogCosh(), a * 3, b)
    add("hinge_binary", k.Hinge(), yes(4, 3), b)
    add("hinge_signs", k.Hinge(), np.sign(a), b)
    add("squared_hinge", k.SquaredHinge(), yes(4, 3), b)
    add("categorical_hinge", k.CategoricalHinge(), hot(3, 4), b)
    add("kl", k.KLDivergence(), shares(4, 3), shares(4, 3))
    add("poisson", k.Poisson(), labels(5, 4, 3).astype("float32"), uniform(4, 3) * 4)
    add("bce", k.BinaryCrossentropy(), yes(4, 3), uniform(4, 3))
    add("bce_logits", k.BinaryCrossentropy(from_logits=True, label_smoothing=0.2), yes(4, 3), b)
    add("bce_axis", k.BinaryCrossentropy(axis=0, reduction="sum"), yes(4, 3), uniform(4, 3))
    add("focal", k.BinaryFocalCrossentropy(), yes(4, 3), uniform(4, 3))
    add(
        "focal_balanced",
        k.BinaryFocalCrossentropy(True, alpha=0.3, gamma=1.5, from_logits=True, label_smoothing=0.1),
        yes(4, 3),
        b,
    )
    add("cce", k.CategoricalCrossentropy(), hot(3, 4), uniform(4, 3))
    add("cce_logits", k.CategoricalCrossentropy(from_logits=True, label_smoothing=0.3), hot(3, 4), b)
    add("cce_axis", k.CategoricalCrossentropy(axis=1), hot(3, 2, 4).swapaxes(1, 2), shares(2, 3, 4))
    add("cce_focal", k.CategoricalFocalCrossentropy(), hot(3, 4), shares(4, 3))
    add(
        "cce_focal_logits",
        k.CategoricalFocalCrossentropy(alpha=0.4, gamma=3.0, from_logits=True, label_smoothing=0.1),
        hot(3, 4),
        b,
    )
    add("scce", k.SparseCategoricalCrossentropy(), labels(3, 4), shares(4, 3))
    add("scce_logits", k.SparseCategoricalCrossentropy(from_logits=True), labels(3, 2, 4), normal(2, 4, 3))
    add("scce_column", k.SparseCategoricalCrossentropy(), labels(3, 4, 1), shares(4, 3))
    ignoring = np.array([0, -1, 2, 1], np.int32)
    add("scce_ignore", k.SparseCategoricalCrossentropy(ignore_class=-1), ignoring, shares(4, 3))
    add(
        "scce_ignore_weights",
        k.SparseCategoricalCrossentropy(ignore_class=-1, reduction="mean_with_sample_weight"),
        ignoring,
        shares(4, 3),
        uniform(4),
    )
    add("generalized", k.CategoricalGeneralizedCrossEntropy(q=0.7), labels(3, 4), shares(4, 3))
    add("dice", k.Dice(), yes(2, 3, 3, 1), uniform(2, 3, 3, 1))
    add("dice_axis", k.Dice(axis=(1, 2, 3)), yes(2, 3, 3, 1), uniform(2, 3, 3, 1), uniform(2))
    add("tversky", k.Tversky(alpha=0.3, beta=0.8), yes(2, 3, 3, 1), uniform(2, 3, 3, 1))
    add("tversky_axis", k.Tversky(axis=(1, 2, 3), reduction=None), yes(2, 3, 3, 1), uniform(2, 3, 3, 1))
    embeddings = normal(6, 4)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    classes = np.array([0, 1, 0, 2, 1, 3], np.int32)
    add("circle", k.Circle(gamma=4.0, margin=0.3), classes, embeddings)
    add("circle_diagonal", k.Circle(gamma=8.0, remove_diagonal=False, reduction="sum"), classes, embeddings)
    sequences = np.array([[1, 2, 0], [3, 0, 0], [1, 1, 2]], np.int32)
    add("ctc", k.CTC(), sequences, normal(3, 6, 4))
    for reduction in ["sum", "mean", "mean_with_sample_weight", "none", "sum_over_batch_size"]:
        add(f"mse_{reduction}_weights", k.MeanSquaredError(reduction=reduction), a, b, uniform(4))
    add("mse_time_weights", k.MeanSquaredError(), normal(2, 4, 3), normal(2, 4, 3), uniform(2, 4))
    add("mse_columns", k.MeanSquaredError(), normal(4), normal(4, 1))
    mask = np.array([[True, False, True, True], [True, True, False, False]])
    for reduction in ["sum", "sum_over_batch_size", "mean_with_sample_weight"]:
        add(
            f"mse_{reduction}_mask",
            k.MeanSquaredError(reduction),
            normal(2, 4, 3),
            normal(2, 4, 3),
            mask=mask,
        )
    add(
        "scce_mask_weights",
        k.SparseCategoricalCrossentropy(),
        labels(3, 2, 4),
        shares(2, 4, 3),
        uniform(2, 4),
        mask,
    )
    return rows


# Metrics


def metric_row(label, make, *arrays, weights=None, unary=False):
    """Arrays of ten samples, in batches of 5, 3 and 2."""
    metric = make()
    columns = list(arrays) if weights is None else [*arrays, weights]
    expected, batches = [], []
    for part in (slice(0, 5), slice(5, 8), slice(8, 10)):
        parts = [column[part] for column in columns]
        batches.append([given(item) for item in parts])
        options = {} if weights is None else {"sample_weight": parts[-1]}
        metric.update_state(*parts[: len(arrays)], **options)
        expected.append(stated(metric.result()))
    metric.reset_state()
    metric.update_state(*parts[: len(arrays)], **options)
    expected.append(stated(metric.result()))
    return {
        "label": label,
        "kind": "metric",
        "object": serialised(metric, keras.metrics.serialize),
        "batches": batches,
        "weighted": weights is not None,
        "unary": unary,
        "expected": expected,
    }


def metric_rows():
    k = keras.metrics
    n = 10
    a, b = normal(n, 3), normal(n, 3)
    y, p, w = yes(n), uniform(n), uniform(n)
    ys, ps = yes(n, 3), uniform(n, 3)
    one, share = hot(4, n), shares(n, 4)
    number = labels(4, n)
    rows = []

    def add(label, make, *rest, **options):
        rows.append(metric_row(label, make, *rest, **options))

    add("mean", k.Mean, a, unary=True)
    add("mean_weights", k.Mean, a, weights=w, unary=True)
    add("sum", k.Sum, a, unary=True)
    add("sum_weights", k.Sum, a, weights=w, unary=True)
    add("accuracy", k.Accuracy, number, labels(4, n), weights=w)
    add("binary_accuracy", lambda: k.BinaryAccuracy(threshold=0.3), ys, ps, weights=w)
    add("categorical_accuracy", k.CategoricalAccuracy, one, share)
    add("sparse_accuracy", k.SparseCategoricalAccuracy, number, share, weights=w)
    add("sparse_accuracy_time", k.SparseCategoricalAccuracy, labels(4, n, 2), shares(n, 2, 4))
    add("top_k", lambda: k.TopKCategoricalAccuracy(k=2), one, share, weights=w)
    add("sparse_top_k", lambda: k.SparseTopKCategoricalAccuracy(k=2), number, share)
    order = np.argsort(-share, 1).astype("float32")
    add(
        "sparse_top_k_sorted",
        lambda: k.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True),
        number.astype("float32"),
        order,
    )
    for cls in [
        k.MeanSquaredError,
        k.RootMeanSquaredError,
        k.MeanAbsoluteError,
        k.MeanAbsolutePercentageError,
        k.CosineSimilarity,
        k.LogCoshError,
        k.PearsonCorrelation,
        k.ConcordanceCorrelation,
    ]:
        add(cls.__name__, cls, a, b, weights=w)
    add("msle", k.MeanSquaredLogarithmicError, ps, ps[::-1].copy())
    add("hinge", k.Hinge, ys, b)
    add("squared_hinge", k.SquaredHinge, ys, b, weights=w)
    add("categorical_hinge", k.CategoricalHinge, one, normal(n, 4))
    add("kl", k.KLDivergence, share[::-1].copy(), share)
    add("poisson", k.Poisson, ys, ps * 2)
    add("bce", lambda: k.BinaryCrossentropy(from_logits=True, label_smoothing=0.1), ys, b)
    add("cce", lambda: k.CategoricalCrossentropy(label_smoothing=0.1), one, share, weights=w)
    add("scce", k.SparseCategoricalCrossentropy, number, share)
    add("scce_ignore", lambda: k.SparseCategoricalCrossentropy(ignore_class=1), number, share)
    add(
        "scce_ignore_weights",
        lambda: k.SparseCategoricalCrossentropy(ignore_class=1),
        number,
        share,
        weights=w,
    )
    for cls in [k.TruePositives, k.TrueNegatives, k.FalsePositives, k.FalseNegatives]:
        add(cls.__name__, cls, y, p)
        add(cls.__name__ + "_many", lambda cls=cls: cls(thresholds=[0.2, 0.6]), ys, ps, weights=w)
    for cls in [k.Precision, k.Recall]:
        add(cls.__name__, cls, y, p, weights=w)
        add(cls.__name__ + "_many", lambda cls=cls: cls(thresholds=[0.0, 0.5, 1.0]), ys, ps)
        add(cls.__name__ + "_class", lambda cls=cls: cls(class_id=1, thresholds=0.4), ys, ps, weights=w)
        add(cls.__name__ + "_top", lambda cls=cls: cls(top_k=2), one, share)
        add(cls.__name__ + "_top_class", lambda cls=cls: cls(top_k=2, class_id=1), one, share)
    for cls in [
        k.SensitivityAtSpecificity,
        k.SpecificityAtSensitivity,
        k.PrecisionAtRecall,
        k.RecallAtPrecision,
    ]:
        add(cls.__name__, lambda cls=cls: cls(0.4, num_thresholds=21), y, p)
        add(
            cls.__name__ + "_class", lambda cls=cls: cls(0.6, num_thresholds=1, class_id=2), ys, ps, weights=w
        )
    add("auc", k.AUC, y, p)
    for curve in ["ROC", "PR", "PRGAIN"]:
        for method in ["interpolation", "minoring", "majoring"]:
            add(
                f"auc_{curve}_{method}",
                lambda curve=curve, method=method: k.AUC(11, curve=curve, summation_method=method),
                y,
                p,
                weights=w,
            )
    add("auc_thresholds", lambda: k.AUC(thresholds=[0.7, 0.2, 0.45]), y, p, weights=w)
    add("auc_logits", lambda: k.AUC(21, from_logits=True), ys, b)
    add("auc_labels", lambda: k.AUC(21, multi_label=True), ys, ps, weights=w)
    add("auc_pr_labels", lambda: k.AUC(21, "PR", multi_label=True, label_weights=[1.0, 0.0, 2.0]), ys, ps)
    add("auc_some_labels", lambda: k.AUC(multi_label=True, num_labels=3, thresholds=[0.3, 0.8]), ys, ps)
    add("auc_weighted_labels", lambda: k.AUC(11, label_weights=[1.0, 0.5, 2.0]), ys, ps)
    add("f1", k.F1Score, one, share)
    add("f1_threshold", lambda: k.F1Score(threshold=0.5), ys, ps, weights=w)
    for average in ["micro", "macro", "weighted"]:
        add(f"fbeta_{average}", lambda average=average: k.FBetaScore(average, 2.0, 0.4), ys, ps, weights=w)
    add("iou", lambda: k.IoU(4, [0, 2]), number, labels(4, n))
    add("iou_ignore", lambda: k.IoU(4, [0, 1, 3], ignore_class=2), labels(5, n, 3), labels(4, n, 3))
    add("iou_weights", lambda: k.IoU(4, [1], dtype="float32"), number, labels(4, n), weights=w)
    add("binary_iou", lambda: k.BinaryIoU(threshold=0.4), y, p)
    add("binary_iou_one", lambda: k.BinaryIoU([1], dtype="float32"), y, p, weights=w)
    add("mean_iou", lambda: k.MeanIoU(4), labels(4, n, 2), labels(4, n, 2))
    add("mean_iou_scores", lambda: k.MeanIoU(4, sparse_y_pred=False), number, share)
    add("one_hot_iou", lambda: k.OneHotIoU(4, [0, 3]), one, share)
    add("one_hot_iou_sparse", lambda: k.OneHotIoU(4, [1], sparse_y_pred=True), one, labels(4, n))
    add("one_hot_mean_iou", lambda: k.OneHotMeanIoU(4), hot(4, n, 2), shares(n, 2, 4))
    add("one_hot_mean_iou_ignore", lambda: k.OneHotMeanIoU(4, ignore_class=0), one, share)
    add("r2", k.R2Score, a, b)
    add("r2_each", lambda: k.R2Score(None), a, b, weights=w)
    add("r2_variance", lambda: k.R2Score("variance_weighted_average", num_regressors=2), a, b)
    return rows


# Optimizers


def optimizer_row(label, make, steps=4, scale=1.0, excluded=None, names=("kernel", "bias"), odd=None):
    optimizer = make()
    values = [normal(3, 2) * 2, normal(2)]
    variables = [keras.Variable(value, name=name) for value, name in zip(values, names, strict=True)]
    if excluded is not None:
        optimizer.exclude_from_weight_decay([variables[1]], excluded)
    expected, gradients = [], []
    for t in range(steps):
        gs = [normal(3, 2) * scale, normal(2) * scale]
        gs[0][1, 1] = 0.0
        if odd is not None and t in odd:
            gs[0][0, 0] = np.inf
        gradients.append([given(g) if np.isfinite(g).all() else given_odd(g) for g in gs])
        apply(optimizer, [jax.numpy.asarray(g) for g in gs], variables)
        expected.extend(stated(variable.numpy()) for variable in variables)
    optimizer.finalize_variable_values(variables)
    expected.extend(stated(variable.numpy()) for variable in variables)
    return {
        "label": label,
        "kind": "optimizer",
        "object": serialised(make(), keras.optimizers.serialize),
        "variables": [
            {"path": f"layer/{name}", "value": given(value)}
            for name, value in zip(names, values, strict=True)
        ],
        "excluded": excluded,
        "gradients": gradients,
        "expected": expected,
    }


def apply(optimizer, gradients, variables):
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer.apply(gradients, variables)
        return
    # On JAX this one works without state only.
    if not optimizer.built:
        optimizer.build(variables)
    state = [variable.value for variable in optimizer.variables]
    weights, state = optimizer.stateless_apply(state, gradients, [v.value for v in variables])
    for variable, value in zip([*variables, *optimizer.variables], [*weights, *state], strict=True):
        variable.assign(value)


def given_odd(array):
    """Infinity as a number that overflows to it in float32."""
    entry = given(np.where(np.isinf(array), 0, array))
    entry["data"] = [1e39 if np.isinf(x) else x for x in array.reshape(-1).tolist()]
    return entry


def optimizer_rows():
    k = keras.optimizers
    rows = []

    def add(label, make, **options):
        rows.append(optimizer_row(label, make, **options))

    add("sgd", lambda: k.SGD(0.1))
    add("sgd_momentum", lambda: k.SGD(0.1, momentum=0.9))
    add("sgd_nesterov", lambda: k.SGD(0.1, momentum=0.9, nesterov=True))
    add("rmsprop", lambda: k.RMSprop(0.02))
    add("rmsprop_all", lambda: k.RMSprop(0.02, momentum=0.5, centered=True))
    add("adam", lambda: k.Adam(0.05))
    add("adam_amsgrad", lambda: k.Adam(0.05, amsgrad=True))
    add("adamw", lambda: k.AdamW(0.05, weight_decay=0.1))
    add("adamw_excluded", lambda: k.AdamW(0.05, weight_decay=0.1), excluded=["kern.l"])
    add("adamw_list", lambda: k.AdamW(0.05, weight_decay=0.1), excluded=["gamma", "beta"])
    add("adamax", lambda: k.Adamax(0.05))
    add("nadam", lambda: k.Nadam(0.05))
    add("adagrad", lambda: k.Adagrad(0.1))
    add("adadelta", lambda: k.Adadelta(1.0))
    add("adafactor", lambda: k.Adafactor(0.1))
    add("adafactor_absolute", lambda: k.Adafactor(0.1, relative_step=False, clip_threshold=0.5))
    add("ftrl", lambda: k.Ftrl(0.1))
    add(
        "ftrl_all",
        lambda: k.Ftrl(
            0.1,
            learning_rate_power=-0.7,
            l1_regularization_strength=0.1,
            l2_regularization_strength=0.2,
            l2_shrinkage_regularization_strength=0.05,
            beta=0.3,
        ),
    )
    add("lion", lambda: k.Lion(0.02))
    add("lamb", lambda: k.Lamb(0.05))
    add("muon", lambda: k.Muon(0.05))
    add(
        "muon_excluded",
        lambda: k.Muon(0.05, exclude_layers=["kernel"], adam_lr_ratio=0.5, nesterov=False, rms_rate=None),
    )
    add("muon_plain", lambda: k.Muon(0.05, nesterov=False, rms_rate=None, ns_steps=3))
    add("schedule_free", lambda: k.ScheduleFreeAdamW(0.05, warmup_steps=3))
    add("clipnorm", lambda: k.SGD(0.1, clipnorm=0.5))
    add("clipvalue", lambda: k.SGD(0.1, clipvalue=0.3))
    add("global_clipnorm", lambda: k.SGD(0.1, global_clipnorm=0.5))
    add("weight_decay", lambda: k.SGD(0.1, momentum=0.9, weight_decay=0.2))
    add("ema", lambda: k.SGD(0.1, use_ema=True, ema_momentum=0.8))
    add("ema_overwrite", lambda: k.Adam(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2))
    add("loss_scale_factor", lambda: k.Adam(0.1, loss_scale_factor=4.0, clipnorm=1.0))
    for make in [k.SGD, k.Adam, k.Adafactor]:
        add(
            f"accumulate_{make.__name__}",
            lambda make=make: make(0.1, gradient_accumulation_steps=2, weight_decay=0.1),
            steps=5,
        )
    add(
        "accumulate_ema",
        lambda: k.SGD(
            0.1,
            momentum=0.5,
            gradient_accumulation_steps=2,
            use_ema=True,
            ema_momentum=0.7,
            ema_overwrite_frequency=2,
        ),
        steps=6,
    )
    add(
        "schedule_accumulate",
        lambda: k.SGD(k.schedules.ExponentialDecay(0.1, 2, 0.5), gradient_accumulation_steps=3),
        steps=6,
    )
    add("schedule_adafactor", lambda: k.Adafactor(k.schedules.ExponentialDecay(2.0, 2, 0.5)))
    add(
        "loss_scale",
        lambda: k.LossScaleOptimizer(k.Adam(0.1), initial_scale=16.0, dynamic_growth_steps=2),
        steps=6,
        scale=16.0,
        odd=[3],
    )
    add("schedule_free_decay", lambda: k.ScheduleFreeAdamW(0.05, warmup_steps=2, weight_decay=0.2))
    return rows


# Others


def tensor_row(kind, label, thing, x, expected, serialize):
    return {
        "label": label,
        "kind": kind,
        "object": serialised(thing, serialize),
        "x": given(x),
        "expected": [stated(expected)],
    }


def other_rows():
    rows = []
    x = normal(3, 4)
    k = keras.regularizers
    for label, thing in [
        ("l1", k.L1(0.3)),
        ("l2", k.L2(0.2)),
        ("l1_l2", k.L1L2(0.1, 0.2)),
        ("rows", k.OrthogonalRegularizer(0.5)),
        ("columns", k.OrthogonalRegularizer(0.5, "columns")),
    ]:
        rows.append(tensor_row("regularizer", label, thing, x, thing(jax.numpy.asarray(x)), k.serialize))
    k = keras.constraints
    for label, thing in [
        ("max_norm", k.MaxNorm(1.0)),
        ("max_norm_axes", k.MaxNorm(1.0, axis=[0, 1])),
        ("non_neg", k.NonNeg()),
        ("unit_norm", k.UnitNorm(1)),
        ("min_max_norm", k.MinMaxNorm(0.5, 1.0, 0.3)),
    ]:
        rows.append(tensor_row("constraint", label, thing, x, thing(jax.numpy.asarray(x)), k.serialize))
    k = keras.optimizers.schedules
    steps = np.array([0, 1, 9, 10, 11, 20, 25, 26, 30, 31, 60, 70, 75, 140, 150], np.int32)
    for label, thing in [
        ("exponential", k.ExponentialDecay(0.2, 20, 0.7)),
        ("exponential_stairs", k.ExponentialDecay(0.2, 20, 0.7, staircase=True)),
        ("inverse_time", k.InverseTimeDecay(0.2, 10, 0.5)),
        ("inverse_time_stairs", k.InverseTimeDecay(0.2, 10, 0.5, staircase=True)),
        ("polynomial", k.PolynomialDecay(0.2, 30, 0.01, 2.0)),
        ("polynomial_cycle", k.PolynomialDecay(0.2, 30, 0.01, cycle=True)),
        ("piecewise", k.PiecewiseConstantDecay([10, 25], [1.0, 0.5, 0.1])),
        ("cosine", k.CosineDecay(0.2, 30, 0.1)),
        ("cosine_warmup", k.CosineDecay(0.0, 30, 0.05, warmup_target=0.2, warmup_steps=10)),
        ("restarts", k.CosineDecayRestarts(0.2, 10, alpha=0.1)),
        ("restarts_even", k.CosineDecayRestarts(0.2, 10, t_mul=1.0, m_mul=0.9)),
        ("restarts_lower", k.CosineDecayRestarts(0.2, 10, t_mul=1.5, m_mul=0.8)),
    ]:
        found = [float(thing(int(step))) for step in steps]
        rows.append(tensor_row("schedule", label, thing, steps, found, k.serialize))
    k = keras.initializers
    for label, thing, shape in [
        ("zeros", k.Zeros(), [2, 3]),
        ("ones", k.Ones(), [2, 3]),
        ("constant", k.Constant(0.3), [2, 3]),
        ("identity", k.Identity(2.0), [3, 2]),
        ("stft_real", k.STFT(), [6, 1, 5]),
        ("stft_imag", k.STFT("imag", "hamming", "spectrum", True), [6, 2, 5]),
        ("stft_plain", k.STFT("real", None, None), [5, 1, 4]),
    ]:
        expected = np.broadcast_to(np.asarray(thing(shape)), shape)
        rows.append(
            {
                "label": label,
                "kind": "initializer",
                "object": serialised(thing, k.serialize),
                "shape": shape,
                "expected": [stated(expected)],
            }
        )
    return rows


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in [
        ("losses", loss_rows),
        ("metrics", metric_rows),
        ("optimizers", optimizer_rows),
        ("others", other_rows),
    ]:
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        RNG = np.random.default_rng(20)
        rows = make()
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")
        print(name, len(rows))
