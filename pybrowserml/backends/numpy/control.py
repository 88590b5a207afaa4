"""Loops of the NumPy engine: the body is a program that runs once a step."""

import numpy as np

from .elementwise import DTYPES
from .program import Program


def scan_with(kernels):
    """The maker of `scan` for bodies of a kernel table."""

    def scan(params, inputs, outputs):
        program = Program(params["body"], kernels)
        carries = params["carries"]
        stacked = params["stacked"]
        order = range(params["length"])
        specs = [params["body"]["values"][entry["value"]] for entry in params["body"]["outputs"][carries:]]

        def run(*arrays):
            held = list(arrays[:carries])
            walked = arrays[carries : carries + stacked]
            fixed = arrays[carries + stacked :]
            results = [np.empty([params["length"], *spec["shape"]], DTYPES[spec["dtype"]]) for spec in specs]
            for i in reversed(order) if params["reverse"] else order:
                found = program.call([*held, *[array[i, ...] for array in walked], *fixed])
                held = found[:carries]
                for result, item in zip(results, found[carries:], strict=True):
                    result[i] = item
            return [*held, *results]

        return run

    return scan


def while_with(kernels):
    """The maker of `while` for bodies of a kernel table."""

    def repeat(params, inputs, outputs):
        program = Program(params["body"], kernels)
        carries = params["carries"]
        limit = params["limit"]

        def run(*arrays):
            held = list(arrays[:carries])
            count = 0
            while bool(held[0]) and (limit is None or count < limit):
                held = program.call([*held, *arrays[carries:]])
                count += 1
            return held

        return run

    return repeat
