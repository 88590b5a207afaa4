// The digits page: draw, predict, train, switch the engine.

import { probabilityBars } from "./bars.js";
import { trainingChart } from "./chart.js";
import { readDigits } from "./data.js";
import { drawingPad, likeMnist } from "./drawing.js";
import { watchLongTasks } from "./longest_task.js";

const BATCH = 64;
const find = (id) => document.getElementById(id);
const percent = (value) => `${(value * 100).toFixed(1)} %`;

let model = null;
let digits = null;
let training = false;

const say = (text, failed = false) => {
  find("status").textContent = text;
  find("status").classList.toggle("failed", failed);
};

// Predicting: one at a time, and once more when the drawing changed meanwhile.
const showBars = probabilityBars(find("bars"));
let predicting = false;
let changed = false;
const predict = async () => {
  changed = true;
  if (predicting || model === null) return;
  predicting = true;
  try {
    while (changed) {
      changed = false;
      likeMnist(find("pad"), find("seen"));
      if (pad.empty()) {
        showBars(null);
        find("answer").textContent = "Draw a digit.";
        continue;
      }
      const { data } = await model.predict(find("seen"));
      const best = showBars(Array.from(data));
      find("answer").textContent = `It looks like a ${best} (${percent(data[best])}).`;
    }
  } catch (problem) {
    find("answer").textContent = problem.message;
  } finally {
    predicting = false;
  }
};
const pad = drawingPad(find("pad"), () => predict());
find("clear").addEventListener("click", () => pad.clear());

// Training: one epoch, with everything shown as it happens.
const chart = trainingChart(find("chart"));
const longTasks = watchLongTasks((longest) => {
  find("longest").textContent = longest === 0 ? "under 50 ms" : `${Math.round(longest)} ms`;
});
const ready = (is) => {
  for (const id of ["train", "forget"]) find(id).disabled = !is;
  find("engines").disabled = !is;
};
const unseen = async () => {
  const { accuracy } = await model.evaluate(digits.test.x, digits.test.y, { batchSize: 100 });
  find("unseen").textContent = percent(accuracy);
};
const train = async () => {
  training = true;
  ready(false);
  chart.clear();
  digits ??= await loadDigits();
  const batches = Math.ceil(digits.train.x.shape[0] / BATCH);
  say(`Learning from ${digits.train.x.shape[0]} digits …`);
  longTasks.restart();
  const start = performance.now();
  try {
    await model.fit(digits.train.x, digits.train.y, {
      epochs: 1,
      batchSize: BATCH,
      onBatchEnd(logs, batch) {
        chart.add(logs.loss, logs.accuracy);
        find("batch").textContent = `${batch + 1} of ${batches}`;
        find("loss").textContent = logs.loss.toFixed(3);
        find("accuracy").textContent = percent(logs.accuracy);
        find("time").textContent = `${((performance.now() - start) / 1000).toFixed(1)} s`;
        find("progress").value = (batch + 1) / batches;
      },
    });
    await unseen();
    longTasks.longest();
    say("One epoch done. Draw again, or train on.");
  } catch (problem) {
    say(problem.message, true);
  }
  training = false;
  ready(true);
  await predict();
};
const loadDigits = async () => {
  say("Fetching digits to learn from …");
  const [trained, test] = await Promise.all([
    readDigits("data/train-images.idx", "data/train-labels.idx"),
    readDigits("data/test-images.idx", "data/test-labels.idx"),
  ]);
  return { train: trained, test };
};
find("train").addEventListener("click", train);

// The model: trained in Python, or with fresh weights; on the GPU or on the CPU.
const describe = () => {
  const { name, why } = model.backendInfo();
  for (const input of document.getElementsByName("engine")) input.checked = input.value === name;
  find("engine-note").textContent = `Engine: ${name} (${why}).`;
};
const use = async (module, backend) => {
  ready(false);
  try {
    const { load } = await import(module);
    const next = await load({
      backend,
      onProgress: ({ loaded, total }) => {
        find("progress").value = total > 0 ? loaded / total : 0;
      },
    });
    model?.dispose();
    model = next;
    find("progress").value = 0;
    describe();
    await predict();
  } catch (problem) {
    find("answer").textContent = problem.message;
    say(problem.message, true);
  }
  ready(model !== null);
};
find("forget").addEventListener("click", async () => {
  await use("./fresh/model.js", model.backendInfo().name);
  chart.clear();
  say("It knows nothing now: train it.");
});
find("engines").addEventListener("change", async (event) => {
  try {
    await model.setBackend(event.target.value);
    say("");
  } catch (problem) {
    say(problem.message, true);
  }
  describe();
  await predict();
});

const wanted = new URLSearchParams(location.search).get("engine");
await use("./model/model.js", ["webgl", "cpu"].includes(wanted) ? wanted : "auto");
// For whoever drives the page by a program.
globalThis.digitsPage = {
  training: () => training,
  longestTask: () => longTasks.longest(),
  watches: longTasks.supported,
  ready: true,
};
