"""The other process of keras_row.py: python python_step.py ours|keras '{"net": ..., "batch": ...}'.

Prints the losses of three steps, then for every line that it reads the milliseconds of one more.
"""

import json
import sys
import time

import numpy as np
from nets.layers import make
from nets.zoo import NETS


def main() -> None:
    who, given = sys.argv[1], json.loads(sys.argv[2])
    if who == "ours":
        import pybrowserml as library
    else:
        import keras as library
    net = NETS[given["net"]]()
    model = make(net, library)
    generator = np.random.default_rng(1)
    images = generator.uniform(0, 1, (given["batch"], *net.shape)).astype(np.float32)
    labels = generator.integers(0, net.classes, given["batch"]).astype(np.int32)

    def step() -> float:
        return float(np.ravel(model.train_on_batch(images, labels))[0])

    print(json.dumps([step() for _ in range(3)]), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        step()
        print(json.dumps((time.perf_counter() - start) * 1000), flush=True)


if __name__ == "__main__":
    main()
