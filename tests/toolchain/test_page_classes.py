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
  build(shape) {{ this.w = this.addWeight([shape.at(-1)], {{initializer: 'ones', name: 'w'}}); }}
  call(x, training, options) {{
    const scaled = pb.ops.multiply(pb.ops.multiply(x, this.w.value), this.factor);
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
        "paths": [
            "sequential/dense/kernel",
            "sequential/dense/bias",
            "sequential/scale/w",
            "sequential/scale/dense_1/kernel",
        ],
        "again": [True, 3, 24],
        "net": ["net/dense_3/kernel", "net/dense_3/bias", "net/scale_1/w", "net/scale_1/dense_4/kernel"],
        "losses": 2,
        "penalty": True,
        "refused": "layer 'dense' (Dense): call has no argument 'speed'; it has: x, training",
    }


PARTS = f"""
import * as pb from '{BUILD}/dist/pybrowserml.mjs';
await pb.setBackend('cpu');
class Threes extends pb.Initializer {{
  static className = 'Threes';
  call(shape, dtype) {{
    return dtype === 'float32' ? {{data: new Float32Array(2).fill(3), shape}} : null;
  }}
}}
class Absolute extends pb.Regularizer {{
  static className = 'Absolute';
  constructor({{rate = 0.5}} = {{}}) {{ super(); this.rate = rate; }}
  call(w) {{ return pb.ops.multiply(pb.ops.sum(pb.ops.abs(w)), this.rate); }}
  getConfig() {{ return {{rate: this.rate}}; }}
}}
class Below extends pb.Constraint {{
  call(w) {{ return pb.ops.minimum(w, 1.5); }}
}}
class Sign extends pb.Optimizer {{
  constructor() {{ super({{learningRate: 0.125}}); }}
  updateStep(gradient, variable, rate) {{
    variable.assign(pb.ops.subtract(variable.value, pb.ops.multiply(pb.ops.sign(gradient), rate)));
  }}
}}
class Falling extends pb.LearningRateSchedule {{
  call(step) {{ return pb.ops.divide(0.5, pb.ops.add(step, 1)); }}
}}
const make = (options) => pb.sequential([
  pb.layers.dense({{units: 1, inputShape: [2], useBias: false, kernelInitializer: new Threes(), ...options}}),
]);
const trained = async (options, optimizer, x, y, epochs = 1) => {{
  const model = make(options);
  model.compile({{optimizer, loss: 'mse'}});
  await model.fit([x], [[y]], {{verbose: 0, epochs}});
  return Array.from((await model.getWeights())[0].data);
}};
const penalised = make({{kernelRegularizer: new Absolute({{rate: 0.25}})}});
penalised.compile({{optimizer: 'sgd', loss: 'mse'}});
const again = pb.models.modelFromJson(penalised.toJson(), {{customObjects: {{Absolute, Threes}}}});
const functions = {{
  kernelInitializer: (shape) => ({{data: new Float32Array(2).fill(4), shape}}),
  kernelRegularizer: (w) => pb.ops.sum(w),
  kernelConstraint: (w) => pb.ops.minimum(w, 1.5),
}};
class Empty extends pb.Initializer {{}}
let refused = '';
try {{ make({{kernelInitializer: new Empty()}}); }} catch (e) {{ refused = e.message; }}
console.log(JSON.stringify({{
  penalty: await penalised.evaluate([[0, 0]], [[0]], {{verbose: 0}}),
  again: [again.layers[0].kernelRegularizer.rate, Array.from((await again.getWeights())[0].data)],
  below: await trained({{kernelConstraint: new Below()}}, 'sgd', [1, 1], 6),
  sign: await trained({{}}, new Sign(), [1, -1], 6),
  falling: await trained({{}}, pb.optimizers.sgd(new Falling()), [1, -1], 1, 2),
  called: await trained({{}}, pb.optimizers.sgd(() => 0.5), [1, -1], 1),
  functions: await trained(functions, 'sgd', [1, 1], 6),
  refused,
}}));
"""


def test_parts_of_the_page(node, tmp_path):
    """What Python writes as __call__ is `call` in a page; functions do for classes."""
    assert json.loads(node(PARTS, tmp_path)) == {
        "penalty": 1.5,
        "again": [0.25, [3, 3]],
        "below": [1.5, 1.5],
        "sign": [3.125, 2.875],
        # 3 ± 0.5 * 2, then 4 - 0.25 * 2 and 2 + 0.25 * 2
        "falling": [3.5, 2.5],
        "called": [4, 2],
        "functions": [1.5, 1.5],
        "refused": "layer 'dense_1' (Dense): Empty needs a method call",
    }
