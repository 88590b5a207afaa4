// Models that begin with texts, features or random images, trained in the page as test_page_preparing.py trains them.

const TEXTS = [
  "good fine day", "bad wet night", "fine good sun", "wet cold rain", "a good warm day", "a bad cold night",
  "sun and warm air", "rain and wet wind", "Fine, warm sun!", "Cold, bad wind!", "good air", "wet rain",
]; // prettier-ignore
const KINDS = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0];
const quiet = { verbose: 0, shuffle: true, batchSize: 4 };
const numbers = (given) => Array.from(given.data ?? given);

const texts = async (pb) => {
  pb.random.setSeed(4);
  const { dense, embedding, globalAveragePooling1d, textVectorization } = pb.layers;
  const words = textVectorization({ maxTokens: 30, outputSequenceLength: 5 });
  await words.adapt(TEXTS);
  const model = pb.sequential([
    pb.input({ shape: [1], dtype: "string" }),
    words,
    embedding(30, 6, { maskZero: true }),
    globalAveragePooling1d(),
    dense(1, { activation: "sigmoid" }),
  ]);
  const optimizer = pb.optimizers.adam(0.05);
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  const x = TEXTS.map((text) => [text]);
  const y = KINDS.map((kind) => [kind]);
  const { history } = await model.fit(x, y, { ...quiet, epochs: 12 });
  const asked = [["good sun"], ["cold unknown rain"]];
  const again = pb.models.modelFromJson(model.toJson());
  again.setWeights(await model.getWeights());
  return {
    vocabulary: words.getVocabulary(),
    loss: history.loss,
    accuracy: history.accuracy.at(-1),
    scores: await model.evaluate(x, y, { verbose: 0 }),
    predicted: numbers(await model.predict(asked, { verbose: 0 })),
    again: numbers(await again.predict(asked, { verbose: 0 })),
  };
};

const TABLE = {
  city: ["rome", "oslo", "rome", "bern", "oslo", "oslo", "bern", "rome"],
  stars: [3, 1, 4, 1, 5, 9, 2, 6],
  age: [10.5, 20.5, 30.5, 40.5, 15.5, 25.5, 35.5, 45.5],
};
const PRICES = [1.5, 0.25, 2.5, 0.5, 1.25, 2.25, 0.75, 3.5].map((price) => [price]);

const lookups = async (pb) => {
  pb.random.setSeed(5);
  const { categoryEncoding, concatenate, dense, integerLookup, normalization, stringLookup } =
    pb.layers;
  const column = (name) => TABLE[name].map((value) => [value]);
  const city = pb.input({ shape: [1], dtype: "string", name: "city" });
  const stars = pb.input({ shape: [1], dtype: "int32", name: "stars" });
  const age = pb.input({ shape: [1], name: "age" });
  const cities = stringLookup({ outputMode: "one_hot" });
  await cities.adapt(TABLE.city);
  const known = integerLookup({ vocabulary: [1, 2, 3, 4, 5], outputMode: "int" });
  const ages = normalization({ axis: -1 });
  await ages.adapt(column("age"));
  const encoded = categoryEncoding({ numTokens: 6, outputMode: "multi_hot" }).apply(
    known.apply(stars),
  );
  const joined = concatenate().apply([cities.apply(city), encoded, ages.apply(age)]);
  const out = dense(1).apply(dense(6, { activation: "relu" }).apply(joined));
  const model = pb.model({ inputs: { city, stars, age }, outputs: out });
  model.compile({ optimizer: pb.optimizers.adam(0.02), loss: "mse" });
  const x = { city: column("city"), stars: column("stars"), age: column("age") };
  const { history } = await model.fit(x, PRICES, { ...quiet, epochs: 6 });
  const one = { city: [["paris"]], stars: [[2]], age: [[30.5]] };
  return {
    cities: cities.getVocabulary(),
    loss: history.loss,
    predicted: numbers(await model.predict(x, { verbose: 0 })),
    one: numbers(await model.predict(one, { verbose: 0 })),
  };
};

const features = async (pb) => {
  pb.random.setSeed(6);
  const space = pb.utils.featureSpace({
    features: { city: "string_categorical", stars: "integer_categorical", age: "float_normalized" },
    crosses: [["city", "stars"]],
    crossingDim: 8,
    outputMode: "concat",
  });
  await space.adapt(pb.data.fromArrays(TABLE));
  const out = pb.layers.dense(1).apply(space.getEncodedFeatures());
  const model = pb.model({ inputs: space.getInputs(), outputs: out });
  model.compile({ optimizer: pb.optimizers.adam(0.02), loss: "mse" });
  const x = Object.fromEntries(
    Object.entries(TABLE).map(([name, column]) => [name, column.map((one) => [one])]),
  );
  const { history } = await model.fit(x, PRICES, { ...quiet, epochs: 4 });
  return { loss: history.loss, predicted: numbers(await model.predict(x, { verbose: 0 })) };
};

// 24 pictures of 8x8 with a bright row or a bright column.
const pictures = () => {
  const data = new Float32Array(24 * 64 * 3);
  const kinds = Array.from({ length: 24 }, (_, i) => i % 2);
  kinds.forEach((kind, i) => {
    for (let k = 0; k < 64; k++) {
      const along = kind === 1 ? Math.floor(k / 8) : k % 8;
      const bright = along === (i * 5) % 8 ? 200 : 40;
      for (let c = 0; c < 3; c++) data[(i * 64 + k) * 3 + c] = bright + ((i * 7 + k * 3 + c) % 11);
    }
  });
  return [{ data, shape: [24, 8, 8, 3] }, kinds];
};

const images = async (pb) => {
  pb.random.setSeed(7);
  const { conv2d, dense, globalMaxPooling2d, rescaling, ...layers } = pb.layers;
  const model = pb.sequential([
    pb.input({ shape: [8, 8, 3] }),
    layers.randomFlip({ seed: 1 }),
    layers.randomTranslation(0.1, 0.1, { seed: 2 }),
    layers.randomRotation({ factor: 0.02, fillMode: "nearest", seed: 3 }),
    layers.randomContrast(0.2, { seed: 4 }),
    rescaling(1 / 127.5, { offset: -1 }),
    conv2d(6, 3, { activation: "relu" }),
    globalMaxPooling2d(),
    dense(2, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: pb.optimizers.adam(0.02), loss: "sparseCategoricalCrossentropy" });
  const [x, y] = pictures();
  const { history } = await model.fit(x, y, { ...quiet, epochs: 3, batchSize: 8 });
  return { loss: history.loss, predicted: numbers(await model.predict(x, { verbose: 0 })) };
};

const policies = async (pb) => {
  pb.random.setSeed(9);
  const model = pb.sequential([
    pb.input({ shape: [8, 8, 3] }),
    pb.layers.randAugment({ factor: 0.2, numOps: 2, seed: 5 }),
    pb.layers.augMix({ factor: 0.1, numChains: 2, chainDepth: 2, seed: 6 }),
    pb.layers.rescaling(1 / 255),
    pb.layers.flatten(),
    pb.layers.dense(2, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: pb.optimizers.sgd(0.05), loss: "sparseCategoricalCrossentropy" });
  const [x, y] = pictures();
  const { history } = await model.fit(x, y, { ...quiet, epochs: 3, batchSize: 8 });
  return { loss: history.loss };
};

const mixed = async (pb) => {
  pb.random.setSeed(8);
  const [x, y] = pictures();
  const rows = { data: Float32Array.from(y.flatMap((kind) => [1 - kind, kind])), shape: [24, 2] };
  const chain = [
    pb.layers.mixUp({ alpha: 0.4, seed: 1 }),
    pb.layers.cutMix({ factor: 0.6, seed: 2 }),
  ];
  const augment = (images, labels) => {
    let element = { images, labels };
    for (const layer of chain) element = layer.apply(element, { training: true });
    return [element.images, element.labels];
  };
  const dataset = pb.data.fromArrays(x, rows).batch(8).map(augment);
  const model = pb.sequential([
    pb.input({ shape: [8, 8, 3] }),
    pb.layers.rescaling(1 / 255),
    pb.layers.flatten(),
    pb.layers.dense(2, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: pb.optimizers.sgd(0.1), loss: "categoricalCrossentropy" });
  const { history } = await model.fit(dataset, { epochs: 3, verbose: 0 });
  return { loss: history.loss };
};

const PARTS = { texts, lookups, features, images, mixed, policies };

export const run = async (pb, engine, parts) => {
  await pb.setBackend(engine);
  const found = {};
  for (const name of parts) {
    const started = performance.now();
    try {
      found[name] = await PARTS[name](pb);
    } catch (problem) {
      found[name] = { broken: `${problem?.name}: ${problem?.message}\n${problem?.stack}` };
    }
    found[name].seconds = (performance.now() - started) / 1000;
  }
  return found;
};
