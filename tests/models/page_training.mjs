// Training in a page: data, resuming, callbacks, progress. `run(pb, engine)` gives what it found.

import { dataset, failure, flat, make, quiet, same, stopAt, told, x, y } from "./page_common.mjs";
import { classes } from "./page_classes.mjs";
import { saving } from "./page_files.mjs";

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
  const scheduled = await make(pb).fit(x, y, {
    ...quiet,
    callbacks: [
      pb.callbacks.learningRateScheduler((epoch, rate) => (epoch === 1 ? rate / 4 : rate)),
    ],
  });
  const exploded = await make(pb, pb.optimizers.sgd(1e30)).fit(x, y, {
    verbose: 0,
    epochs: 12,
    callbacks: [pb.callbacks.terminateOnNaN()],
  });
  return {
    events,
    rates: scheduled.history.learning_rate,
    exploded: exploded.history.loss.length,
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

/** What the console says: nothing unless it is asked for. */
const progress = async (pb) => {
  const model = make(pb);
  const lines = [];
  const { log } = console;
  console.log = (line) => lines.push(line);
  try {
    await model.fit(x, y, { epochs: 2 });
    await model.predict(x);
    const quietly = lines.length;
    await model.fit(x, y, { epochs: 2, batchSize: 16, verbose: 2 });
    await model.evaluate(x, y, { batchSize: 24, verbose: 1 });
    await model.predict(x, { batchSize: 12, verbose: 1 });
    await model.fit(x, y, { batchSize: 16, callbacks: [pb.callbacks.progbarLogger()] });
    return { quietly, lines };
  } finally {
    console.log = log;
  }
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
    progress,
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
