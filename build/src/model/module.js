// A built model: `import { load } from "./model.js"`, or `<script src="model.global.js">` and `pybrowserml.load`.
// `pybrowserml build` copies this bundle and puts what it knows of the model in the place of the text below.

import { openModel, version } from "./load.js";

const PARTS = "@@pybrowserml-model@@";

// Whole expressions that bundlers of pages recognise as places beside the module.
const base = () => new URL("./", import.meta.url);
const background = () => import("./model.worker.js");

export const load = (options) => openModel(PARTS, base, background, options);
export { version };
