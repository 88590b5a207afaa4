// Training in a page: data, callbacks, saved files, classes of the page's own. `run(pb, engine)` gives what it found.

const told = (array) => ({ data: Array.from(array.data), shape: array.shape });
const failure = async (action) => {
  try {
    await action();
    return null;
  } catch (problem) {
    return `${problem.name}: ${problem.message}`;
  }
};
const flat = async (model) =>
  (await model.getWeights()).flatMap((weight) => Array.from(weight.data ?? weight));
const same = async (first, second) => {
  const [a, b] = [await flat(first), await flat(second)];
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
};

// 48 rows of 4 numbers, no two alike; the class is the sign of their sum.
const rows = Array.from({ length: 48 }, (_, i) => [0, 1, 2, 3].map((k) => Math.sin(7 * i + 2 * k)));
const labels = rows.map((row) => (row.reduce((a, b) => a + b) > 0 ? 1 : 0));
const x = { data: Float32Array.from(rows.flat()), shape: [48, 4] };
const y = { data: Int32Array.from(labels), shape: [48] };

const make = (pb, optimizer = "adam") => {
  pb.random.setSeed(3);
  const model = pb.sequential([
    pb.layers.dense({ units: 8, activation: "relu", inputShape: [4] }),
    pb.layers.dropout(0.5),
    pb.layers.batchNormalization(),
    pb.layers.dense(2, { activation: "softmax" }),
  ]);
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer, loss, metrics: ["accuracy"] });
  return model;
};
const dataset = (pb) => pb.data.fromArrays(x, y).shuffle(20, { seed: 5 }).batch(8);
const quiet = { epochs: 3, verbose: 0 };

/** A callback that stops, or fails, after a batch. */
const stopAt = (pb, epoch, batch, fail = false) => {
  class StopAt extends pb.Callback {
    onEpochBegin(number) {
      this.present = number;
    }
    onTrainBatchEnd(number) {
      if (this.present !== epoch || number !== batch) return;
      if (fail) throw new RangeError("interrupted");
      this.model.stopTraining = true;
    }
  }
  return new StopAt();
};

const sources = async (pb) => {
  async function* batches() {
    for (let start = 0; start < 48; start += 8) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      yield [
        { data: x.data.slice(start * 4, (start + 8) * 4), shape: [8, 4] },
        { data: y.data.slice(start, start + 8), shape: [8] },
      ];
    }
  }
  const validationData = [x, y];
  const curves = [];
  const whole = make(pb);
  const start = await whole.evaluate(x, y, { verbose: 0, returnDict: true });
  curves.push(
    (await whole.fit(x, y, { ...quiet, batchSize: 8, shuffle: false, validationData })).history,
  );
  const streamed = make(pb);
  const validation = pb.data.fromArrays(x, y).batch(32);
  const stream = pb.data.fromArrays(x, y).batch(8);
  curves.push((await streamed.fit(stream, { ...quiet, validationData: validation })).history);
  const generated = make(pb);
  const fromGenerator = pb.data.fromGenerator(batches);
  curves.push((await generated.fit(fromGenerator, { ...quiet, validationData })).history);
  const direct = make(pb);
  async function* endless() {
    for (;;) yield* batches();
  }
  const limited = { ...quiet, stepsPerEpoch: 6, validationData };
  curves.push((await direct.fit(endless(), limited)).history);
  const end = await whole.evaluate(pb.data.fromArrays(x, y).batch(10), {
    verbose: 0,
    returnDict: true,
  });
  return {
    curves,
    start,
    end,
    same: [await same(whole, streamed), await same(whole, generated), await same(whole, direct)],
    predicted: told(await whole.predict(pb.data.fromArrays(x).batch(10), { verbose: 0 })).shape,
  };
};

const resuming = async (pb, engine) => {
  const found = {};
  for (const source of ["arrays", "dataset"]) {
    const fit = (model, more) =>
      source === "arrays"
        ? model.fit(x, y, { ...quiet, batchSize: 8, ...more })
        : model.fit(dataset(pb), { ...quiet, ...more });
    const whole = make(pb);
    const history = await fit(whole, {});
    const stopped = make(pb);
    await fit(stopped, { callbacks: [stopAt(pb, 1, 2)] });
    await stopped.save(`indexeddb://m-${engine}`);
    const loaded = await pb.loadModel(`indexeddb://m-${engine}`);
    const position = Array.from(loaded.position);
    const rest = await fit(loaded, { initialEpoch: loaded.position });
    found[source] = {
      position,
      same: await same(whole, loaded),
      curves: [history.history, rest.history],
      weights: [await flat(whole), await flat(loaded)],
    };
  }
  return found;
};

const backups = async (pb, engine) => {
  const backup = (more) => pb.callbacks.backupAndRestore(`indexeddb://b-${engine}`, more);
  const fit = (model, callbacks) => model.fit(dataset(pb), { ...quiet, callbacks });
  const whole = make(pb);
  await fit(whole, []);
  const broken = make(pb);
  const stopped = await failure(() =>
    fit(broken, [backup({ saveFreq: 2 }), stopAt(pb, 1, 4, true)]),
  );
  const again = make(pb);
  const seen = [];
  const look = { onEpochBegin: (epoch) => seen.push(epoch) };
  await fit(again, [backup({ saveFreq: 2 }), look]);
  const left = await failure(() => pb.loadModel(`indexeddb://b-${engine}`));

  // Hidden after the second batch of the second epoch; the tab is discarded two batches later.
  let state = "visible";
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  const hidden = make(pb);
  let at = 0;
  const hide = {
    onEpochBegin: (epoch) => (at = epoch),
    onTrainBatchBegin: (batch) => {
      if (at !== 1 || batch !== 1) return;
      state = "hidden";
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
  const onHide = { saveFreq: 1000, onHide: true };
  await failure(() => fit(hidden, [hide, backup(onHide), stopAt(pb, 1, 3, true)]));
  const kept = await pb.loadModel(`indexeddb://b-${engine}`);
  const position = Array.from(kept.position);
  const resumed = make(pb);
  await fit(resumed, [backup(onHide)]);
  delete document.visibilityState;
  return {
    stopped,
    seen,
    left,
    position,
    same: [await same(whole, again), await same(whole, resumed)],
  };
};

const callbacks = async (pb, engine) => {
  const events = [];
  class Mine extends pb.Callback {
    constructor(word) {
      super();
      this.word = word;
    }
    onTrainBegin() {
      events.push(`${this.word} ${this.params.epochs} ${this.model instanceof pb.Model}`);
    }
    async onEpochEnd(epoch, logs) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      events.push(`${epoch} ${Object.keys(logs).sort().join(",")}`);
    }
  }
  const log = `indexeddb://logs-${engine}/log.csv`;
  const at = `indexeddb://best-${engine}`;
  const model = make(pb);
  const lambda = pb.callbacks.lambdaCallback({
    onEpochBegin: (epoch) => events.push(`begin ${epoch}`),
  });
  const fitted = await model.fit(x, y, {
    ...quiet,
    batchSize: 16,
    validationData: [x, y],
    callbacks: [
      new Mine("mine"),
      lambda,
      pb.callbacks.csvLogger(log),
      pb.callbacks.modelCheckpoint(`${at}/{epoch:02d}`),
      pb.callbacks.modelCheckpoint(`${at}-w/w{epoch}.safetensors`, { saveWeightsOnly: true }),
      pb.callbacks.reduceLROnPlateau({
        monitor: "val_loss",
        factor: 0.5,
        patience: 1,
        minDelta: 9,
      }),
    ],
  });
  await model.fit(x, y, {
    epochs: 4,
    initialEpoch: 3,
    verbose: 0,
    batchSize: 16,
    validationData: [x, y],
    callbacks: [pb.callbacks.csvLogger(log, { append: true })],
  });
  const best = await pb.loadModel(`${at}/03`);
  const weights = make(pb);
  await weights.loadWeights(`${at}-w/w3.safetensors`);
  const early = make(pb, pb.optimizers.sgd(0.3));
  const stopping = pb.callbacks.earlyStopping({
    patience: 2,
    monitor: "loss",
    restoreBestWeights: true,
  });
  const kept = [];
  const keep = { onEpochEnd: async () => kept.push(await flat(early)) };
  const steps = await early.fit(x, y, { verbose: 0, epochs: 12, callbacks: [keep, stopping] });
  const restored = await flat(early);
  const averaged = make(
    pb,
    pb.optimizers.adam({ learningRate: 0.05, useEma: true, emaMomentum: 0.9 }),
  );
  const during = [];
  const swap = pb.callbacks.swapEMAWeights();
  const look = {
    onTestBegin: async () => during.push(await flat(averaged)),
    onEpochBegin: async () => during.push(await flat(averaged)),
  };
  await averaged.fit(x, y, { ...quiet, validationData: [x, y], callbacks: [swap, look] });
  return {
    events,
    history: fitted.history,
    best: [best.position, await same(best, weights)],
    early: {
      epochs: steps.history.loss.length,
      best: steps.history.loss.indexOf(Math.min(...steps.history.loss)),
      restored: kept.findIndex((entry) => entry.every((value, i) => Object.is(value, restored[i]))),
    },
    // An evaluation sees averages, the next epoch begins with the trained weights again.
    swapped: during.length === 6 && during[1].some((value, i) => value !== during[2][i]),
    log,
  };
};

const readLog = async (log) => {
  const opening = indexedDB.open("pybrowserml-files", 1);
  const database = await new Promise(
    (resolve) => (opening.onsuccess = () => resolve(opening.result)),
  );
  const reading = database.transaction("files").objectStore("files").get(log);
  const data = await new Promise((resolve) => (reading.onsuccess = () => resolve(reading.result)));
  database.close();
  return new TextDecoder().decode(data);
};

/** What a download would hand over, as Files; `action` starts it. */
const downloaded = async (action) => {
  const files = [];
  const take = (event) => {
    event.preventDefault();
    const name = event.target.download;
    files.push(
      fetch(event.target.href).then(async (answer) => new File([await answer.blob()], name)),
    );
  };
  document.addEventListener("click", take, true);
  await action();
  document.removeEventListener("click", take, true);
  return Promise.all(files);
};

const saving = async (pb, engine) => {
  const model = make(pb);
  await model.fit(x, y, { ...quiet, callbacks: [stopAt(pb, 1, 0)] });
  const [zip] = await downloaded(() => model.save("download://mine"));
  const [weights] = await downloaded(() => model.saveWeights("downloads://w.safetensors"));
  const files = await unzipped(zip);
  const bytes = Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())]),
    ),
  );
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  const ways = {
    zip,
    zipBytes: await zip.arrayBuffer(),
    inList: [zip],
    files,
    fileList: transfer.files,
    named: Object.fromEntries(files.map((file) => [file.name, file])),
    bytes,
  };
  const found = {};
  for (const [way, given] of Object.entries(ways)) {
    const loaded = await pb.loadModel(given);
    found[way] = (await same(model, loaded)) && loaded.position.join() === model.position.join();
  }
  const fresh = pb.models.modelFromJson(model.toJson());
  const names = fresh.weights.map(({ path }) => path);
  await fresh.loadWeights(weights);
  found.weights = await same(model, fresh);
  await fresh.loadWeights({ "w.safetensors": weights });
  found.weightsByName = await same(model, fresh);
  const place = `indexeddb://kept-${engine}`;
  await model.save(place);
  await model.saveWeights(`indexeddb://alone-${engine}.safetensors`);
  await fresh.loadWeights(`indexeddb://alone-${engine}.safetensors`);
  await model.saveWeights(`${place}/more.safetensors`);
  const python = await (await fetch("./python.zip")).blob();
  const fromPython = await pb.loadModel(new File([python], "python.zip"));
  const cut = new File([zip.slice(0, zip.size - 30)], "cut.zip");
  const changed = await zip.arrayBuffer();
  new Uint8Array(changed)[60] ^= 1;
  const failed = [
    await failure(() => pb.loadModel([files[0]])),
    await failure(() => pb.loadModel(cut)),
    await failure(() => pb.loadModel(changed)),
    await failure(async () =>
      pb.loadModel(await fetch("./claims.zip").then((answer) => answer.arrayBuffer())),
    ),
    await failure(() => pb.loadModel("download://mine")),
    await failure(() => model.save("mine")),
    await failure(() => model.save(place)),
    await failure(() => model.save(place, { overwrite: false })),
    await failure(() => model.saveWeights(`${place}/more.safetensors`, { overwrite: false })),
    await failure(() => pb.models.modelFromJson("{")),
  ];
  if (engine === "cpu") await model.save("download://real");
  return {
    found,
    names: names.map((name) => name.split("/").pop()),
    downloads: [zip.name, weights.name, files.map(({ name }) => name)],
    failed,
    weights: await flat(model),
    python: await flat(fromPython),
  };
};

/** The files of an archive without compression. */
const unzipped = async (zip) => {
  const view = new DataView(await zip.arrayBuffer());
  const files = [];
  let at = 0;
  while (view.getUint32(at, true) === 0x04034b50) {
    const [size, label] = [view.getUint32(at + 18, true), view.getUint16(at + 26, true)];
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 30, label));
    files.push(new File([new Uint8Array(view.buffer, at + 30 + label, size)], name));
    at += 30 + label + size;
  }
  return files;
};

const classes = async (pb) => {
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

/** What another visit to the page finds and goes on with. */
export const visitAgain = async (pb, engine) => {
  await pb.setBackend(engine);
  const model = await pb.loadModel(`indexeddb://m-${engine}`);
  await model.fit(dataset(pb), { ...quiet, initialEpoch: model.position });
  return flat(model);
};

export const run = async (pb, engine) => {
  await pb.setBackend(engine);
  const found = {};
  const seconds = {};
  for (const [name, work] of Object.entries({
    sources,
    resuming,
    backups,
    callbacks,
    saving,
    classes,
  })) {
    const started = performance.now();
    try {
      found[name] = await work(pb, engine);
    } catch (problem) {
      found[name] = { broken: `${problem?.name}: ${problem?.message}\n${problem?.stack}` };
    }
    seconds[name] = (performance.now() - started) / 1000;
  }
  if (found.callbacks.log) found.callbacks.text = await readLog(found.callbacks.log);
  return { ...found, seconds };
};
