import { env } from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

setWasmPaths("/vendor/tfjs/");
env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);

export { open } from "./tfjs.js";
