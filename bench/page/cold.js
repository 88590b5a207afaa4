// A fresh page of `make bench`: the clock runs from the import of the library to numbers on the host.

import { pixels } from "./numbers.js";

const first = async ({ script, engine }) => {
  const image = pixels(784, 1);
  const start = performance.now();
  const { firstPrediction } = await import(script);
  const result = await firstPrediction(engine, image, [1, 28, 28, 1]);
  return { ms: performance.now() - start, result: Array.from(result) };
};

window.bench = { first };
