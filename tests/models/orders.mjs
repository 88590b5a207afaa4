// Functional models whose layers stand in an order of their own, and what a page asks under pb.config.

const told = (model) => [
  model.layers.map((layer) => layer.name),
  model.weights.map((weight) => weight.path.split("/").slice(-2).join("/")),
];

export const orders = (pb) => {
  const input = (name, size) => pb.input({ shape: [size], name });
  const dense = (name, units) => pb.layers.dense(units, { name });
  const found = {};

  const [a, b, c] = [input("a", 3), input("b", 3), input("c", 2)];
  const [d1, d2, d3] = [dense("d1", 4), dense("d2", 4), dense("d3", 4)];
  const x = d2.apply(b);
  const y = d1.apply(a);
  const z = pb.layers.add({ name: "add" }).apply([x, y]);
  const w = pb.layers.concatenate({ name: "cat" }).apply([d3.apply(z), c]);
  const second = dense("o2", 1).apply(w);
  const first = dense("o1", 1).apply(z);
  found.branches = told(pb.model({ inputs: [c, b, a], outputs: [first, second] }));

  const [left, right, unused] = [input("a", 4), input("b", 4), input("unused", 2)];
  const shared = dense("s", 4);
  const one = shared.apply(left);
  const other = shared.apply(dense("t", 4).apply(right));
  const last = dense("last", 1).apply(pb.ops.add(pb.ops.multiply(one, other), 1.5));
  found.shared = told(pb.model([unused, left, right], last));

  const given = input("i", 3);
  const inner = pb.sequential([input("ii", 3), dense("p", 2), dense("q", 2)], { name: "inner" });
  const outputs = [dense("r", 2).apply(given), inner.apply(given)];
  found.nested = told(pb.model(given, outputs));
  return found;
};

const failure = (action) => {
  try {
    action();
    return null;
  } catch (problem) {
    return `${problem.name}: ${problem.message}`;
  }
};

export const config = (pb) => {
  const { config, backend } = pb;
  const x = pb.input({ shape: [2] });
  const names = () => {
    config.clearSession();
    return [pb.layers.dense(1).name, pb.layers.dense(1).name];
  };
  return {
    texts: [
      config.backend(),
      config.floatx(),
      config.imageDataFormat(),
      config.dtypePolicy().name ?? config.dtypePolicy(),
    ],
    epsilon: config.epsilon(),
    same: [backend.epsilon() === config.epsilon(), backend.floatx() === config.floatx()],
    dtypes: ["float16", "float32", "int32", "uint8", "bool"].map((dtype) => [
      config.standardizeDtype(dtype),
      config.isFloatDtype(dtype),
      config.isIntDtype(dtype),
    ]),
    symbolic: [x, pb.layers.dense(1).apply(x), pb.tensor([1, 2])].map((one) =>
      config.isKerasTensor(one),
    ),
    taken: [config.setFloatx("float32"), config.setImageDataFormat("channels_last")].map(
      (one) => one ?? null,
    ),
    failed: [
      failure(() => config.setFloatx("float64")),
      failure(() => config.setImageDataFormat("channels_first")),
      failure(() => config.standardizeDtype("float31")),
    ],
    names: [names(), names()],
  };
};
