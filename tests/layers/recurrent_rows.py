"""Recurrent layers with what Keras 3.15 (on JAX) gives for them: rows, and the script that asks Keras.

A row: the layer's configuration; the shape of its input; perhaps a mask, by the masked places of each sequence; shapes
of initial states. `python tests/layers/recurrent_rows.py`, with Keras and JAX installed, writes recurrent.npz: weights,
inputs, outputs, and the gradients of a projection of the outputs by weights and input.
"""

from pathlib import Path

import numpy as np

STORED = Path(__file__).resolve().parent / "recurrent.npz"
X = [3, 5, 4]
MASK = [[], [0, 3], [1, 4]]
FILE = {"use_bias": True, "bias_initializer": "glorot_uniform"}


def layer(class_name, **config):
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None}


def row(name, entry, shape=None, mask=None, states=()):
    return {"name": name, "layer": entry, "shape": shape or X, "mask": mask, "states": list(states)}


def rnn_rows():
    seq = {"return_sequences": True}
    both = {"return_sequences": True, "return_state": True}
    return [
        row("simple", layer("SimpleRNN", units=3)),
        row("simple backwards", layer("SimpleRNN", units=3, go_backwards=True, activation="relu", **seq)),
        row("simple masked", layer("SimpleRNN", units=3, use_bias=False, **both), mask=MASK),
        row("lstm", layer("LSTM", units=3)),
        row("lstm one step", layer("LSTM", units=1, **both), shape=[2, 1, 1]),
        row("lstm sequences", layer("LSTM", units=3, **both), states=[[3, 3], [3, 3]]),
        row("lstm backwards masked", layer("LSTM", units=3, go_backwards=True, **both), mask=MASK),
        row(
            "lstm zero output",
            layer("LSTM", units=3, zero_output_for_mask=True, return_state=True),
            mask=MASK,
        ),
        row(
            "lstm zero outputs",
            layer("LSTM", units=3, zero_output_for_mask=True, **seq),
            mask=MASK,
        ),
        row(
            "lstm plain",
            layer(
                "LSTM",
                units=3,
                use_bias=False,
                unit_forget_bias=False,
                activation="relu",
                recurrent_activation="hard_sigmoid",
                unroll=True,
            ),
        ),
        row("gru", layer("GRU", units=3)),
        row("gru sequences", layer("GRU", units=3, **both), states=[[3, 3]]),
        row("gru masked", layer("GRU", units=3, **both), mask=MASK),
        row("gru before", layer("GRU", units=3, reset_after=False, **seq)),
        row("gru before backwards", layer("GRU", units=3, reset_after=False, go_backwards=True, **both)),
        row("gru plain", layer("GRU", units=3, use_bias=False)),
        row("gru before plain", layer("GRU", units=3, use_bias=False, reset_after=False), mask=MASK),
        row("rnn lstm cell", layer("RNN", cell=layer("LSTMCell", units=3), **both)),
        row("rnn gru cell", layer("RNN", cell=layer("GRUCell", units=3, reset_after=False)), mask=MASK),
        row(
            "rnn stacked",
            layer(
                "RNN",
                cell=layer(
                    "StackedRNNCells",
                    cells=[
                        layer("LSTMCell", units=3),
                        layer("GRUCell", units=4),
                        layer("SimpleRNNCell", units=2),
                    ],
                ),
                **both,
            ),
        ),
        row(
            "rnn stacked masked",
            layer(
                "RNN",
                cell=layer("StackedRNNCells", cells=[layer("LSTMCell", units=3), layer("LSTMCell", units=2)]),
                go_backwards=True,
                **seq,
            ),
            mask=MASK,
        ),
    ]


def bidirectional_rows():
    rows = []
    for mode in ("sum", "mul", "ave", "concat", None):
        inner = layer("GRU", units=3, return_sequences=True, return_state=mode is None)
        entry = layer("Bidirectional", merge_mode=mode, layer=inner)
        rows.append(row(f"bidirectional {mode}", entry, mask=MASK if mode in ("sum", None) else None))
    last = layer("Bidirectional", layer=layer("LSTM", units=2, return_state=True))
    other = layer("GRU", units=2, go_backwards=True, return_sequences=True)
    rows.append(row("bidirectional last", last, states=[[3, 2]] * 4))
    rows.append(
        row("bidirectional last masked", layer("Bidirectional", layer=layer("LSTM", units=2)), mask=MASK)
    )
    rows.append(
        row(
            "bidirectional two",
            layer("Bidirectional", layer=layer("LSTM", units=3, return_sequences=True), backward_layer=other),
        )
    )
    return rows


def other_rows():
    seq = {"return_sequences": True}
    small = {"filters": 2, "kernel_size": 2}
    return [
        row("convlstm1d", layer("ConvLSTM1D", filters=2, kernel_size=3, return_state=True), [2, 3, 6, 2]),
        row(
            "convlstm1d strides",
            layer("ConvLSTM1D", filters=2, kernel_size=3, strides=2, padding="same", **seq),
            [2, 3, 7, 2],
        ),
        row(
            "convlstm2d",
            layer("ConvLSTM2D", filters=2, kernel_size=[3, 2], padding="same", go_backwards=True, **seq),
            [2, 3, 4, 5, 2],
        ),
        row(
            "convlstm2d first",
            layer("ConvLSTM2D", data_format="channels_first", use_bias=True, **small),
            [2, 3, 2, 4, 5],
        ),
        row(
            "convlstm2d dilated",
            layer("ConvLSTM2D", dilation_rate=2, use_bias=False, unit_forget_bias=False, **small, **seq),
            [2, 2, 5, 6, 1],
        ),
        row("convlstm3d", layer("ConvLSTM3D", **small), [1, 2, 3, 4, 3, 2]),
        row("time distributed", layer("TimeDistributed", layer=layer("Dense", units=3, activation="tanh"))),
        row(
            "time distributed images",
            layer("TimeDistributed", layer=layer("Conv2D", filters=2, kernel_size=2)),
            [2, 3, 4, 5, 2],
        ),
        row(
            "time distributed lstm",
            layer("TimeDistributed", layer=layer("LSTM", units=3)),
            [2, 3, 4, 2],
            mask=None,
        ),
    ]


ROWS = [*rnn_rows(), *bidirectional_rows(), *other_rows()]


def classes(entry):
    """The names of the classes in a configuration."""
    if isinstance(entry, list):
        return {name for item in entry for name in classes(item)}
    if not isinstance(entry, dict):
        return set()
    own = {entry["class_name"]} if "class_name" in entry else set()
    return own | {name for item in entry.values() for name in classes(item)}


def mask_array(given):
    """bool [batch, time]: False at the masked places."""
    if given["mask"] is None:
        return None
    mask = np.ones(given["shape"][:2], bool)
    for sequence, places in enumerate(given["mask"]):
        mask[sequence, places] = False
    return mask


def ask_keras():
    import jax
    import keras

    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(4)

    def numbers(shape):
        return rng.normal(size=shape).astype(np.float32)

    stored = {}
    for given in ROWS:
        name = given["name"]
        x = numbers(given["shape"])
        states = [numbers(shape) for shape in given["states"]]
        mask = mask_array(given)
        made = keras.layers.deserialize(given["layer"])
        keywords = {} if mask is None else {"mask": mask}
        if states:
            keywords["initial_state"] = states
        made(x, **keywords)
        weights = [numbers(variable.shape) * 0.5 for variable in made.weights]
        made.set_weights(weights)
        outputs = keras.tree.flatten(made(x, **keywords))
        projections = [numbers(output.shape) for output in outputs]

        def total(trainable, x, made=made, keywords=keywords, projections=projections):
            found = made.stateless_call(trainable, made.non_trainable_variables, x, **keywords)[0]
            pairs = zip(keras.tree.flatten(found), projections, strict=True)
            return sum((output * projection).sum() for output, projection in pairs)

        values = [variable.value for variable in made.trainable_variables]
        by_weights, by_x = jax.grad(total, (0, 1))(values, x)
        groups = {"weights": weights, "states": states, "outputs": outputs, "projections": projections}
        groups["gradients"] = [*by_weights, by_x]
        stored[f"{name}/x"] = x
        for group, arrays in groups.items():
            for i, array in enumerate(arrays):
                stored[f"{name}/{group}/{i}"] = np.asarray(array)
        stored[f"{name}/paths"] = np.array(["/".join(v.path.split("/")[1:]) for v in made.weights])
    np.savez_compressed(STORED, **stored)


if __name__ == "__main__":
    ask_keras()
