// The smallest imports of TensorFlow.js that run a layers model on WebAssembly.

export { ready, setBackend, tensor } from "@tensorflow/tfjs-core";
export { loadLayersModel } from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-wasm";
