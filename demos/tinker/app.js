// A net written, trained and asked in JavaScript: no Python, no build step of its own.
// Serve the checkout (`pybrowserml serve . --open`) and go to /demos/tinker/.

import * as pb from "../../build/dist/pybrowserml.mjs";
import { gridPlaces, planeOn } from "./plane.js";
import { examples } from "./points.js";

const EPOCHS_A_TURN = 5;
const find = (id) => document.getElementById(id);
const places = gridPlaces();

let points = [];
let model = null;
let epoch = 0;
let training = false;

const newNet = () => {
  const { dense } = pb.layers;
  const net = pb.sequential([
    pb.input({ shape: [2] }),
    dense({ units: 16, activation: "tanh" }),
    dense({ units: 16, activation: "tanh" }),
    dense({ units: 1, activation: "sigmoid" }),
  ]);
  net.compile({
    optimizer: pb.optimizers.adam({ learningRate: 0.03 }),
    loss: "binary_crossentropy",
    metrics: ["accuracy"],
  });
  return net;
};

const showSurface = async () => {
  const { data } = await model.predict(places, { batchSize: places.shape[0] });
  plane.showSurface(data);
};

const learn = async () => {
  const x = points.map(([left, up]) => [left, up]);
  const y = points.map(([, , kind]) => [kind]);
  const { history } = await model.fit(x, y, { epochs: EPOCHS_A_TURN, batchSize: 64, verbose: 0 });
  epoch += EPOCHS_A_TURN;
  find("epoch").textContent = String(epoch);
  find("loss").textContent = history.loss.at(-1).toFixed(3);
  find("accuracy").textContent = `${(100 * history.accuracy.at(-1)).toFixed(0)} %`;
};

const setTraining = (is) => {
  training = is;
  find("train").textContent = is ? "Stop" : "Train";
  find("train").setAttribute("aria-pressed", String(is));
};

const say = (text) => (find("status").textContent = text);

const run = async () => {
  if (points.length === 0) return say("Add some points first.");
  say("");
  setTraining(true);
  try {
    while (training) {
      await learn();
      await showSurface();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  } catch (problem) {
    setTraining(false);
    say(problem.message);
  }
};

const show = () => {
  plane.showPoints(points);
  find("points").textContent = String(points.length);
};

const reset = () => {
  model = newNet();
  epoch = 0;
  for (const id of ["loss", "accuracy"]) find(id).textContent = "–";
  find("epoch").textContent = "0";
};

const chosenClass = () => Number(document.querySelector("input[name=class]:checked").value);
const plane = planeOn(find("plane"), (x, y, other) => {
  points = [...points, [x, y, other ? 1 - chosenClass() : chosenClass()]];
  show();
});

find("train").addEventListener("click", () => (training ? setTraining(false) : run()));
find("reset").addEventListener("click", async () => {
  reset();
  await showSurface();
});
find("clear").addEventListener("click", () => {
  setTraining(false);
  points = [];
  show();
  reset();
  plane.showSurface(null);
});
for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    points = examples[button.dataset.example]();
    show();
  });
}

const showEngine = () => {
  const { name } = pb.backendInfo();
  for (const input of document.getElementsByName("engine")) input.checked = input.value === name;
};
find("engines").addEventListener("change", ({ target }) => {
  try {
    pb.setBackend(target.value);
  } catch (problem) {
    say(problem.message);
  }
  showEngine();
});

reset();
show();
showEngine();
globalThis.tinkerPage = { epoch: () => epoch, ready: true };
