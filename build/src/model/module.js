// A built model: `import { load } from "./model.js"`, or `<script src="model.global.js">` and `pybrowserml.load`.
// `pybrowserml build` puts the script together from the fragments of this bundle that the model needs, and what it knows
// of the model in the place of the texts below.

import { set_part_loaders as setPartLoaders } from "py:pybrowserml.platform.parts";
import { openModel, version } from "./load.js";

const PARTS = "@@pybrowserml-model@@";
// What the files of the engines take from this one.
const shared = () => "@@pybrowserml-shared@@";

// Whole expressions that bundlers of pages recognise as places beside the module.
const base = () => new URL("./", import.meta.url);
const background = () => import("./model.worker.js");

setPartLoaders({
  cpu: async () => (await import("./model.cpu.js")).join(shared()),
  webgl: async () => (await import("./model.webgl.js")).join(shared()),
});

export const load = (options) => openModel(PARTS, base, background, options);
export { version };
