// The smallest imports of TensorFlow.js that load a layers model and train it on either engine.

export { ready, setBackend, tensor, train } from "@tensorflow/tfjs-core";
export { loadLayersModel } from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
