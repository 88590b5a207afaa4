"""Layers in JavaScript: classes and functions of one name, masks, arguments by name, adapting, functions as layers."""

import json

from pybrowserml.tools.bundle import BUILD

SCRIPT = f"""
import * as pb from '{BUILD}/dist/pybrowserml.mjs';
await pb.setBackend('cpu');
const {{ layers }} = pb;
const numbers = async (tensor) => Array.from((await tensor.data()).data);
const found = {{}};
found.functions = await numbers(layers.add([pb.tensor([1, 2]), pb.tensor([3, 5])]));
const merging = [layers.add(), layers.add({{ name: 'sum' }}), layers.dot({{ axes: 1, normalize: true }})];
found.classes = merging.map((layer) => layer.name);
found.joined = await numbers(layers.concatenate([pb.tensor([[1, 2]]), pb.tensor([[3]])], {{ axis: 1 }}));
const x = pb.input({{ shape: [null, 2] }});
const masked = layers.masking().apply(x);
const model = pb.model({{ inputs: x, outputs: layers.globalAveragePooling1d().apply(masked) }});
found.masked = Array.from((await model.predict([[[1, 2], [3, 4], [0, 0]]])).data);
const scale = (t, {{ training, factor }}) => pb.ops.multiply(t, training ? 0 : factor);
const scaled = layers.lambda(scale, {{ arguments: {{ factor: 4 }} }});
found.lambda = await numbers(scaled.apply(pb.tensor([1, 2])));
const normal = layers.normalization({{ axis: null }});
await normal.adapt([[1, 2], [3, 6]]);
found.adapted = await numbers(normal.apply(pb.tensor([[3, 3]])));
const both = layers.reversibleEmbedding({{ inputDim: 3, outputDim: 2, embeddingsInitializer: 'ones' }});
both.apply(pb.tensor([0, 1], {{ dtype: 'int32' }}));
found.reversed = await numbers(both.apply(pb.tensor([[1, 2]]), {{ reverse: true }}));
found.softmax = await numbers(layers.softmax().apply(pb.tensor([1, 1, 5]), {{ mask: [true, true, false] }}));
const second = [layers.convolution2d(1, 2), layers.maxPool1d(), layers.globalAvgPool3d()];
found.aliases = second.map((layer) => layer.name);
console.log(JSON.stringify(found));
"""


def test_layers_in_javascript(node, tmp_path):
    assert json.loads(node(SCRIPT, tmp_path)) == {
        "functions": [4, 7],
        "classes": ["add_1", "sum", "dot"],
        "joined": [1, 2, 3],
        "masked": [2, 3],
        "lambda": [4, 8],
        "adapted": [0, 0],
        "reversed": [3, 3, 3],
        "softmax": [0.5, 0.5, 0],
        "aliases": ["conv2d", "max_pooling1d", "global_average_pooling3d"],
    }
