// Layers, losses, metrics and models that are classes of the page.

import { downloaded, failure, rows, x } from "./page_common.mjs";

export const classes = async (pb) => {
  const { ops } = pb;
  class Scale extends pb.Layer {
    static className = "Scale";
    constructor({ factor = 2, ...rest } = {}) {
      super(rest);
      this.factor = factor;
    }
    build(shape) {
      this.gain = this.addWeight([shape.at(-1)], { initializer: "ones", name: "gain" });
    }
    call(input) {
      return ops.multiply(ops.multiply(input, this.gain.value), this.factor);
    }
    getConfig() {
      return { name: this.name, factor: this.factor };
    }
  }
  class Distance extends pb.Loss {
    static className = "Distance";
    call(yTrue, yPred) {
      return ops.mean(ops.abs(ops.subtract(yTrue, yPred)), -1);
    }
  }
  class Furthest extends pb.Metric {
    static className = "Furthest";
    constructor() {
      super({ name: "furthest" });
      this.most = this.addVariable([], { name: "most" });
    }
    updateState(yTrue, yPred) {
      const most = ops.max(ops.abs(ops.subtract(yTrue, yPred)));
      this.most.assign(ops.maximum(this.most.value, most));
    }
    result() {
      return this.most.value;
    }
  }
  class Net extends pb.Model {
    static className = "Net";
    constructor() {
      super();
      this.hidden = pb.layers.dense(6, { activation: "tanh" });
      this.scale = new Scale({ factor: 3 });
      this.last = pb.layers.dense(1);
    }
    call(input) {
      return this.last.apply(this.scale.apply(this.hidden.apply(input)));
    }
    getConfig() {
      return {};
    }
  }
  pb.random.setSeed(1);
  const sums = {
    data: Float32Array.from(rows.map((row) => row.reduce((a, b) => a + b))),
    shape: [48, 1],
  };
  const net = new Net();
  net.compile({
    optimizer: pb.optimizers.adam(0.02),
    loss: new Distance(),
    metrics: [new Furthest()],
  });
  const fitted = await net.fit(x, sums, {
    epochs: 8,
    batchSize: 16,
    verbose: 0,
    validationData: [x, sums],
  });
  const outputs = await net.predict(x, { verbose: 0 });
  const off = Array.from(outputs.data, (value, i) => Math.abs(value - sums.data[i]));
  const scores = await net.evaluate(x, sums, { verbose: 0, returnDict: true });
  const [zip] = await downloaded(() => net.save("download://net"));
  const customObjects = { Scale, Distance, Furthest, Net };
  const refused = await failure(() => pb.loadModel(zip));
  const loaded = await pb.loadModel(zip, { customObjects });
  const more = await loaded.fit(x, sums, { epochs: 1, batchSize: 16, verbose: 0 });

  // A step of the page's own.
  class Own extends Net {
    static className = "Own";
    trainStep([input, target]) {
      const loss = () => ops.mean(ops.square(ops.subtract(this.apply(input), target)));
      const { value, grads } = pb.variableGrads(loss, this.trainableWeights)();
      this.optimizer.apply(grads, this.trainableWeights);
      return { squared: value };
    }
  }
  const own = new Own();
  own.compile({ optimizer: pb.optimizers.adam(0.02) });
  const ownFit = await own.fit(x, sums, { epochs: 4, batchSize: 16, verbose: 0 });
  return {
    history: fitted.history,
    scores,
    expected: [off.reduce((a, b) => a + b) / 48, Math.max(...off)],
    gain: (await net.scale.gain.value.array()).some((value) => value !== 1),
    refused,
    loaded: [loaded instanceof Net, loaded.scale.factor, Object.keys(more.history)],
    squared: ownFit.history.squared,
  };
};
