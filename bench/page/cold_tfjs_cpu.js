export { firstPrediction } from "./cold_tfjs.js";
import "@tensorflow/tfjs-backend-cpu";
