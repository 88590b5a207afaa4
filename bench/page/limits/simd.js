// A WebAssembly module by hand: a loop of multiply-adds on independent vector registers, as fast as one thread can.

import { best } from "./limits.js";

const F32 = 0x7d;
const V128 = 0x7b;
const I32 = 0x7f;

/** An unsigned number in the format's variable length. */
const leb = (value) => {
  const bytes = [];
  do {
    const low = value & 127;
    value >>>= 7;
    bytes.push(value ? low | 128 : low);
  } while (value);
  return bytes;
};
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const get = (local) => [0x20, ...leb(local)];
const set = (local) => [0x21, ...leb(local)];
const op = (code) => [0xfd, ...leb(code)];
const SPLAT = op(0x13);
const LANE = [...op(0x1f), 0];
const ADD = op(0xe4);
const MUL = op(0xe6);
const RELAXED_MADD = op(0x105);

/** (rounds: i32, x: f32, y: f32) → f32, which runs `a = a * x + y` on `width` registers, `unrolled` times a round. */
export const assembled = (relaxed, width, unrolled) => {
  const x = 3 + width;
  const y = x + 1;
  const all = Array.from({ length: width }, (_, i) => 3 + i);
  const step = (a) =>
    relaxed
      ? [...get(a), ...get(x), ...get(y), ...RELAXED_MADD, ...set(a)]
      : [...get(a), ...get(x), ...MUL, ...get(y), ...ADD, ...set(a)];
  const body = [
    ...[...get(1), ...SPLAT, ...set(x), ...get(2), ...SPLAT, ...set(y)],
    ...[0x03, 0x40], // loop
    ...Array.from({ length: unrolled }, () => all.flatMap(step)).flat(),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // rounds - 1, again unless it is 0; end of the loop
    ...[...get(3), ...all.slice(1).flatMap((a) => [...get(a), ...ADD]), ...LANE, 0x0b],
  ];
  const locals = vector([[...leb(width + 2), V128]]);
  const code = [...locals, ...body];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...vector([[I32], [F32], [F32]]), ...vector([[F32]])]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...vector([[0x66]]), 0, 0]])), // export "f"
    ...section(10, vector([[...leb(code.length), ...code]])),
  ]);
};

/** GFLOP/s of the best width, or null where the engine has no such instructions. */
export const simd = (relaxed) => {
  let most = null;
  for (const width of [8, 10, 12]) {
    const bytes = assembled(relaxed, width, 4);
    if (!WebAssembly.validate(bytes)) return null;
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    const rounds = 1 << 20;
    f(rounds, 0.5, 0.25);
    const flop = 2 * 4 * width * 4 * rounds;
    most = Math.max(most, flop / best(() => f(rounds, 0.5, 0.25), 5) / 1e6);
  }
  return most;
};
