"""Runs one layer: in CPython, and transpiled in Node.js and a browser. In the subset."""

from pybrowserml import layers
from pybrowserml.backends.active import engine_names, register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.runner import read_outputs
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.compiler import realise
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.context import pop_step, push_step
from pybrowserml.core.dims import size_named
from pybrowserml.core.dtypes import is_float
from pybrowserml.core.graph import constant
from pybrowserml.core.host import HostArray, host_scalar
from pybrowserml.core.naming import reset_names
from pybrowserml.core.opset.binary import add, multiply
from pybrowserml.core.opset.movement import broadcast_to
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.registry import scalar, to_tensor
from pybrowserml.core.shapes import copy_shape
from pybrowserml.core.slots import fetch_host
from pybrowserml.layers.call import flat
from pybrowserml.ops import random
from pybrowserml.platform.buffers import bytes_of, view_bytes
from pybrowserml.platform.errors import error
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import base64_decode, base64_encode, from_json, to_json


def make_webgl():
    made = open_engine({})
    if made[0] is None:
        raise error("EngineError", made[1])
    return made[0]


def decode(item):
    count = 1
    for dim in item["shape"]:
        count = count * dim
    data = view_bytes(base64_decode(item["data"]), item["dtype"], 0, count)
    return HostArray(data, item["shape"], item["dtype"])


def encode(host):
    return {"shape": host.shape, "dtype": host.dtype, "data": base64_encode(bytes_of(host.data, host.dtype))}


class Call:
    """The call of a layer that a job describes."""

    def __init__(self, given, layer):
        self.given = given
        self.layer = layer
        self.count = len(given["inputs"])

    def result(self, tensors, training):
        """What the layer makes of input tensors; masks stand behind them."""
        inputs = tensors[0 : self.count]
        for place in range(len(self.given["masked"])):
            inputs[self.given["masked"][place]].mask = tensors[self.count + place]
        keywords = {}
        for key in self.given["call"].keys():
            keywords[key] = self.given["call"][key]
        for place in range(len(self.given["spread"])):
            keywords[self.given["spread"][place]] = inputs[place + 1]
        x = inputs if self.given["several"] else inputs[0]
        return self.layer.apply_to(x, training, keywords)


def differentiated(call, tensors, projections, training, names):
    """[name, tensor] of all results: y0, y1, ..., g0, g1, ..., mask."""
    weights = call.layer.trainable_weights
    sources = [weight.value for weight in weights]
    for tensor in tensors[0 : call.count]:
        if is_float(tensor.dtype):
            sources.append(tensor)
    push_step(constant(host_scalar(1, "int32")))
    try:
        found = flat(call.result(tensors, training))
    finally:
        pop_step()
    outputs = []
    total = None
    for i in range(len(found)):
        outputs.append(found[i])
        names.append("y" + str(i))
        if is_float(found[i].dtype) and i < len(projections):
            part = reduce_sum(multiply(found[i], projections[i]), None, False)
            total = part if total is None else add(total, part)
    derivatives = [None for source in sources]
    if total is not None:
        derivatives = gradients([total], sources, None)
    if len(sources) > 0:
        for i in range(len(sources)):
            zeros = broadcast_to(scalar(0.0, "float32"), sources[i].shape)
            outputs.append(zeros if derivatives[i] is None else derivatives[i])
            names.append("g" + str(i))
    if found[0].mask is not None:
        outputs.append(found[0].mask)
        names.append("mask")
    return outputs


def run(given):
    """Generator: a job → JSON of outputs by name, names and shapes of weights, configurations."""
    if given["engine"] not in engine_names():
        register_engine(
            given["engine"],
            lambda: [True, ""],
            CpuBackend if given["engine"] == "cpu" else make_webgl,
        )
    set_backend(given["engine"])
    realise.install()
    reset_names()
    random.set_seed(7)
    layer = from_config(given["layer"], "layer")
    if not isinstance(layer, layers.Layer):
        raise error("ArgumentError", "not a layer")
    call = Call(given, layer)
    hosts = [decode(item) for item in given["inputs"]]
    hosts.extend([decode(item) for item in given["masks"]])
    call.result([to_tensor(host) for host in hosts], False)
    entry = config_of(layer)
    answer = {
        "weights": [[variable.path, variable.shape] for variable in layer.weights],
        "config": entry,
        "again": config_of(from_config(entry, "layer")),
        "outputs": {},
    }
    if given["weights"] is None:
        return to_json(answer)
    for i in range(len(given["weights"])):
        layer.weights[i].assign(decode(given["weights"][i]))
    hosts.extend([decode(item) for item in given["projections"]])
    specs = []
    for i in range(len(hosts)):
        shape = copy_shape(hosts[i].shape)
        if given["dynamic"] and len(shape) > 0 and shape[0] == given["batch"]:
            shape[0] = size_named("batch")
        specs.append(["x" + str(i), shape, hosts[i].dtype])
    behind = call.count + len(given["masks"])
    names = []

    def named(tensors):
        results = differentiated(
            call, tensors[0:behind], tensors[behind : len(tensors)], given["training"], names
        )
        return [[names[i], results[i]] for i in range(len(results))]

    runner = trace_runner(named, specs)
    buffers = yield from runner.run(hosts)
    outputs = yield from read_outputs(buffers)
    for i in range(len(outputs)):
        answer["outputs"][names[i]] = encode(outputs[i])
    if given["training"]:
        others = layer.non_trainable_weights
        for i in range(len(others)):
            host = yield from fetch_host(others[i])
            answer["outputs"]["s" + str(i)] = encode(host)
    return to_json(answer)


def run_layer(text):
    """A promise of the answer to a job."""
    return drive(run(from_json(text)))
