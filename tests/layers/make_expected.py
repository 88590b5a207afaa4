"""Makes expected_<family>.npz for the tables: what Keras 3 gives, in double precision.

    KERAS_BACKEND=jax python tests/layers/make_expected.py FAMILY [LABEL ...]

in a Python with Keras 3 and JAX; this library is not needed. With labels only those rows are made, the others kept.
Per row and mode (infer, train): the results, the gradients
of the sum of results times fixed numbers by trainable weights and by float inputs, in training also the other weights
afterwards; the masks of the results; and, as text, names of weights and configuration.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import jax

jax.config.update("jax_enable_x64", True)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from layers.rows import HERE, families, rows_of  # noqa: E402

keras.config.set_floatx("float64")


def layer_of(name, arguments):
    """The Keras layer of a row."""
    made = {}
    for key, value in arguments.items():
        is_layer = isinstance(value, dict) and "layer" in value
        made[key] = layer_of(value["layer"], value["arguments"]) if is_layer else value
    return getattr(keras.layers, name)(**made)


def leaves(result):
    return [result] if hasattr(result, "shape") else list(jax.tree_util.tree_leaves(result))


def wide(array):
    return array.astype(np.float64) if array.dtype.kind == "f" else array


class Case:
    """One row in Keras."""

    def __init__(self, row):
        self.row = row
        self.layer = layer_of(row.layer, row.arguments)
        self.inputs = [wide(x) for x in row.inputs()]
        self.given = self.inputs if row.several else self.inputs[0]
        self.keywords = dict(row.call)
        masks = row.input_masks()
        self.masks = masks if row.several else masks[0]
        if row.masks is not None and "mask" in self.layer.call.__code__.co_varnames:
            self.keywords["mask"] = self.masks
        self.layer(*self.positional(self.inputs), **row.call)
        self.weights = self.layer.weights
        for number, weight in enumerate(self.weights):
            weight.assign(wide(row.weight(number, weight.name, tuple(weight.shape))))
        if hasattr(self.layer, "finalize_state"):
            self.layer.finalize_state()

    def positional(self, inputs):
        """The arguments of a call."""
        for x, mask in zip(inputs, self.masks if self.row.several else [self.masks], strict=False):
            # Some merges read the masks of their inputs themselves.
            if mask is not None and self.row.layer in ("Multiply", "Maximum", "Minimum"):
                keras.src.backend.set_keras_mask(x, mask)
        return inputs if self.row.spread or not self.row.several else [inputs]

    def numbers(self, training):
        """Results, gradients, other weights afterwards."""
        layer = self.layer
        trainable = [v.value for v in layer.trainable_variables]
        others = [v.value for v in layer.non_trainable_variables]
        is_float = self.inputs[0].dtype.kind == "f"
        keywords = dict(self.keywords)
        if "training" in layer.call.__code__.co_varnames:
            keywords["training"] = training

        def function(trainable, inputs):
            result, after = layer.stateless_call(trainable, others, *self.positional(inputs), **keywords)
            found = leaves(result)
            total = sum(
                (y * self.row.projection(i, y.shape)).sum()
                for i, y in enumerate(found)
                if y.dtype.kind == "f"
            )
            return 1.0 * total, (found, after)

        # Only floats are differentiated.
        by = (0, 1) if is_float else (0,)
        (_, (found, after)), gradients = jax.value_and_grad(function, by, has_aux=True)(
            trainable, self.inputs
        )
        entries = {f"y{i}": y for i, y in enumerate(found)}
        for i, gradient in enumerate(leaves(list(gradients))):
            entries[f"g{i}"] = gradient
        if training:
            names = {id(v) for v in self.weights}
            kept = [a for v, a in zip(layer.non_trainable_variables, after, strict=True) if id(v) in names]
            entries.update({f"s{i}": value for i, value in enumerate(kept)})
        return entries

    def entries(self):
        found = {f"infer/{key}": value for key, value in self.numbers(False).items()}
        if self.row.training:
            found.update({f"train/{key}": value for key, value in self.numbers(True).items()})
        if self.row.masks is not None and self.layer.supports_masking:
            mask = self.layer.compute_mask(self.given, self.masks)
            if mask is not None:
                found["mask"] = mask
        return found

    def facts(self):
        """What is compared as text."""
        config = keras.saving.serialize_keras_object(self.layer)["config"]
        return {"weights": [[weight.name, list(weight.shape)] for weight in self.weights], "config": config}


def stored(value):
    array = np.asarray(value)
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def make(family, labels):
    path = HERE / f"expected_{family}.npz"
    arrays = {}
    facts = {}
    known = {row.label for row in rows_of(family) if row.reference is None}
    if labels:
        with np.load(path) as before:
            kept = known - set(labels)
            facts = {name: fact for name, fact in json.loads(str(before["facts"])).items() if name in kept}
            arrays = {key: before[key] for key in before.files if key.split("/")[0] in kept}
    for row in rows_of(family):
        if row.label not in known or (labels and row.label not in labels):
            continue
        case = Case(row)
        for key, value in case.entries().items():
            arrays[f"{row.label}/{key}"] = stored(value)
        facts[row.label] = case.facts()
    arrays["facts"] = np.array(json.dumps(facts, sort_keys=True))
    np.savez_compressed(path, **arrays)
    print(path.name, len(facts), "rows,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        make(sys.argv[1], sys.argv[2:])
    else:
        for each in families():
            make(each, [])
