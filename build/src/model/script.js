// The static script of a built model: `<script src="model.global.js">` defines `pybrowserml.load`.

import { openModel, version } from "./load.js";

const PARTS = "@@pybrowserml-model@@";
const address = globalThis.document?.currentScript?.src || globalThis.location?.href;

const base = () => new URL("./", address);

export const load = (options) => openModel(PARTS, base, options);
export { version };
