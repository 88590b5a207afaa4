"""Classes that a page derives from the library's, in JavaScript."""

import json

from pybrowserml.tools.bundle import BUILD

SCRIPT = f"""
import * as pb from '{BUILD}/dist/pybrowserml.mjs';
await pb.setBackend('cpu');
class Scale extends pb.Layer {{
  static className = 'Scale';
  constructor(options = {{}}) {{
    super(options.name ? {{name: options.name}} : {{}});
    this.factor = options.factor ?? 2;
    this.inner = pb.layers.dense(2, {{useBias: false}});
  }}
  build(shape) {{ this.w = this.addWeight('w', [shape.at(-1)], {{initializer: 'ones'}}); }}
  call(x, training, options) {{
    const scaled = pb.ops.multiply(pb.ops.multiply(x, this.w.value()), this.factor);
    return this.inner.apply(options.shift ? pb.ops.add(scaled, options.shift) : scaled);
  }}
  getConfig() {{ return {{name: this.name, factor: this.factor}}; }}
}}
pb.saving.registerKerasSerializable('pages', 'Scale')(Scale);
class Net extends pb.Model {{
  constructor() {{
    super();
    this.a = pb.layers.dense(4, {{activation: 'leakyRelu'}});
    this.others = [new Scale()];
  }}
  call(x) {{ return this.others[0].apply(this.a.apply(x), {{shift: 1}}); }}
  computeLoss(x, y, yPred) {{ return pb.ops.mean(pb.ops.abs(pb.ops.subtract(y, yPred))); }}
}}
const model = pb.sequential([
  pb.layers.dense({{units: 3, inputShape: [4], activityRegularizer: 'l2'}}), new Scale({{factor: 3}}),
]);
const again = pb.models.modelFromJson(model.toJson());
const net = new Net();
net.compile({{optimizer: 'adam'}});
const fitted = await net.fit([[1, 2], [3, 4]], [[1, 1], [2, 2]], {{epochs: 2, verbose: 0}});
let refused = '';
try {{ model.layers[0].apply([[1, 2, 3, 4]], {{speed: 3}}); }} catch (e) {{ refused = e.message; }}
console.log(JSON.stringify({{
  shape: model.outputs[0].shape.slice(1),
  paths: model.weights.map((weight) => weight.path),
  again: [again.layers[1] instanceof Scale, again.layers[1].factor, again.countParams()],
  net: net.weights.map((weight) => weight.path),
  losses: fitted.history.loss.length,
  penalty: model.layers[0].activityRegularizer !== null,
  refused,
}}));
"""


def test_page_classes(node, tmp_path):
    found = json.loads(node(SCRIPT, tmp_path))
    assert found == {
        "shape": [2],
        "paths": ["dense/kernel", "dense/bias", "scale/w", "scale/dense_1/kernel"],
        "again": [True, 3, 24],
        "net": ["net/dense_3/kernel", "net/dense_3/bias", "net/scale_1/w", "net/scale_1/dense_4/kernel"],
        "losses": 2,
        "penalty": True,
        "refused": "layer 'dense' (Dense): call has no argument 'speed'; it has: x, training",
    }
