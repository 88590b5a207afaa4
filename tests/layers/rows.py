"""One row of the tables of layers, and the numbers that Keras and this library are given.

Nothing here knows either library: make_expected.py reads the tables in a Python that has Keras only.
"""

import importlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


@dataclass
class Row:
    """A layer, its arguments, and what it is called on.

    layer: its class's name. arguments: of the constructor, plain values; {"layer": name, "arguments": {...}} stands for
    a layer inside. shapes: the shape of the input, batch included, or a list of such shapes for a layer of several
    inputs. note: what tells the row from others of its layer. below: the inputs are integers below this number, or
    they are floats. masks: for each input None or the number of its axes that have a mask. call: further arguments of
    the call. training: whether it is compared in training too (never for what draws random numbers). reference: for a
    layer that Keras lacks, the numbers of an array (in float64). rtol, atol: tolerances; webgl: those there. static:
    the batch has a known size. unlike: arguments that Keras changes when it builds the layer.
    """

    layer: str
    arguments: dict
    shapes: list
    note: str = ""
    below: int = 0
    masks: list = None
    call: dict = field(default_factory=dict)
    training: bool = False
    reference: object = None
    rtol: float = 1e-5
    atol: float = 2e-6
    webgl: tuple = (5e-5, 1e-5)
    static: bool = False
    unlike: tuple = ()
    spread: tuple = ()

    @property
    def label(self):
        return f"{self.layer}_{self.note}" if self.note else self.layer

    @property
    def several(self):
        return isinstance(self.shapes[0], (list, tuple))

    def rng(self, number):
        return np.random.default_rng([zlib.crc32(self.label.encode()), number])

    def inputs(self):
        """The input arrays, a list of one or more; no number stands near a place where a layer has a kink."""
        rng = self.rng(0)
        shapes = self.shapes if self.several else [self.shapes]
        if self.below:
            return [rng.integers(0, self.below, shape).astype(np.int32) for shape in shapes]
        made = [rng.normal(size=shape) for shape in shapes]
        return [(x + 0.02 * np.sign(x)).astype(np.float32) for x in made]

    def input_masks(self):
        """The masks of the inputs (or None); every sample counts somewhere."""
        rng = self.rng(1)
        made = []
        for x, rank in zip(self.inputs(), self.masks or [None] * 9, strict=False):
            if rank is None:
                made.append(None)
                continue
            mask = rng.uniform(size=x.shape[:rank]) < 0.6
            mask[..., 0] = True
            made.append(mask)
        return made

    def weight(self, number, name, shape):
        """The value of a weight: positive for variances and deviations."""
        if name == "count":
            return np.zeros(shape, np.int32)
        value = self.rng(100 + number).normal(size=shape) * 0.5
        if "variance" in name or "stddev" in name:
            value = np.abs(value) + 0.5
        return value.astype(np.float32)

    def projection(self, number, shape):
        """What result `number` is multiplied by before its sum is differentiated."""
        return self.rng(200 + number).normal(size=shape).astype(np.float32)


def families():
    """The names of the tables: grids of table_grids.py."""
    return sorted(path.stem.removeprefix("table_") for path in HERE.glob("table_*.py"))


def rows_of(family):
    """The rows of a table."""
    return importlib.import_module(f"layers.table_{family}").ROWS
