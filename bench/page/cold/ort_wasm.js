// The first prediction of a page with ONNX Runtime Web.

import { channelsFirst } from "../data.js";

export const open = async (variant, net) => {
  const ort = await import("/vendor/ort/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = "/vendor/ort/";
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(`/nets/${net}/net.onnx`);
  return async (data, shape) => {
    const x = shape.length === 4 ? channelsFirst({ data, shape }) : { data, shape };
    const answer = await session.run({ x: new ort.Tensor("float32", x.data, x.shape) });
    return answer[session.outputNames[0]].data;
  };
};
