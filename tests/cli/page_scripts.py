"""What the scripts that tests run on a page have in common."""

import numpy as np

ENGINES = ["webgl", "cpu"]
LOAD = "const { load } = await import(new URL('model.js', location.href)); "
PLAIN = "const plain = ({ data, shape, dtype }) => ({ data: Array.from(data), shape, dtype }); "


def arrays(result):
    return np.asarray(result["data"], np.float32).reshape(result["shape"])
