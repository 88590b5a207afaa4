// What the scripts of pages that train have in common: data, a model, ways to compare.

export const told = (array) => ({ data: Array.from(array.data), shape: array.shape });
export const failure = async (action) => {
  try {
    await action();
    return null;
  } catch (problem) {
    return `${problem.name}: ${problem.message}`;
  }
};
export const flat = async (model) =>
  (await model.getWeights()).flatMap((weight) => Array.from(weight.data ?? weight));
export const same = async (first, second) => {
  const [a, b] = [await flat(first), await flat(second)];
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
};

// 48 rows of 4 numbers, no two alike; the class is the sign of their sum.
export const rows = Array.from({ length: 48 }, (_, i) =>
  [0, 1, 2, 3].map((k) => Math.sin(7 * i + 2 * k)),
);
export const labels = rows.map((row) => (row.reduce((a, b) => a + b) > 0 ? 1 : 0));
export const x = { data: Float32Array.from(rows.flat()), shape: [48, 4] };
export const y = { data: Int32Array.from(labels), shape: [48] };

export const make = (pb, optimizer = "adam") => {
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
export const dataset = (pb) => pb.data.fromArrays(x, y).shuffle(20, { seed: 5 }).batch(8);
export const quiet = { epochs: 3, verbose: 0 };

/** A callback that stops, or fails, after a batch. */
export const stopAt = (pb, epoch, batch, fail = false) => {
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

/** What a download would hand over, as Files; `action` starts it. */
export const downloaded = async (action) => {
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
