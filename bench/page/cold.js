// A fresh page of `make bench`: the clock runs from the import of the library to numbers on the host.

import { batchOf } from "./data.js";

/** Calls of WebGL that tell how much a prediction asks of the driver. */
const counted = () => {
  const counts = { programs: 0, draws: 0 };
  const prototype = WebGL2RenderingContext.prototype;
  const count = (name, key) => {
    const original = prototype[name];
    prototype[name] = function (...given) {
      counts[key]++;
      return original.apply(this, given);
    };
  };
  count("linkProgram", "programs");
  for (const name of ["drawArrays", "drawElements", "drawArraysInstanced"]) count(name, "draws");
  return counts;
};

const first = async ({ script, variant, given, counting }) => {
  const { data, shape } = await batchOf(given);
  const counts = counting ? counted() : null;
  const start = performance.now();
  const { open } = await import(script);
  const predict = await open(variant, given.net);
  const result = await predict(data, shape);
  const ms = performance.now() - start;
  if (counting) {
    // Draws of the first prediction also lay out weights: those of one more are what a prediction needs.
    counts.draws = 0;
    await predict(data, shape);
  }
  return { ms, result: Array.from(result), counts };
};

window.bench = { first };
