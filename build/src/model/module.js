// The ES module of a built model: `import { load } from "./model.js"`. `pybrowserml build` copies this bundle and
// puts what it knows of the model in the place of the text below.

import { openModel, version } from "./load.js";

const PARTS = "@@pybrowserml-model@@";

// The whole expression is what bundlers of pages recognise as a place beside the module.
const base = () => new URL("./", import.meta.url);

export const load = (options) => openModel(PARTS, base, options);
export { version };
