// What this machine can do at most, measured in the same session: ratios to these limits outlive the machine.

import { arithmeticShader, fetchShader } from "./shader.js";
import { simd } from "./simd.js";

export const best = (work, times) => {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
};

const multiplyAdd = (data, rounds) => {
  let a = 0,
    b = 0,
    c = 0,
    d = 0,
    e = 0,
    f = 0,
    g = 0,
    h = 0;
  const x = data[0],
    y = data[1];
  for (let i = 0; i < rounds; i++) {
    a = a * x + y;
    b = b * x + y;
    c = c * x + y;
    d = d * x + y;
    e = e * x + y;
    f = f * x + y;
    g = g * x + y;
    h = h * x + y;
  }
  return a + b + c + d + e + f + g + h;
};

const plain = () => {
  const factors = new Float64Array([0.5, 0.25]);
  multiplyAdd(factors, 1e6);
  const rounds = 2e7;
  return (16 * rounds) / best(() => multiplyAdd(factors, rounds), 5) / 1e6;
};

const copy = () => {
  const from = new Float32Array(1 << 24).fill(1);
  const to = new Float32Array(1 << 24);
  to.set(from);
  return (2 * from.byteLength) / best(() => to.set(from), 7) / 1e6;
};

/** Numbers, or null where the machine lacks it. */
const tried = (measure) => {
  try {
    return measure();
  } catch {
    return null;
  }
};

/**
 * GFLOP/s: {relaxed, simd} multiply-adds of WebAssembly registers, fused or not, one thread; {plain} of JavaScript; {shader} of a fragment
 * shader. GB/s: {copy} read and written, {fetch} read by a fragment shader as texels.
 */
export const limits = () => ({
  relaxed: tried(() => simd(true)),
  simd: tried(() => simd(false)),
  plain: tried(plain),
  copy: tried(copy),
  shader: tried(arithmeticShader),
  fetch: tried(fetchShader),
});
