export { open } from "./tfjs.js";
import "@tensorflow/tfjs-backend-cpu";
