// Numbers that are the same for the same seed.

/** Numbers in [-1, 1). */
export const numbers = (length, seed) => {
  const data = new Float32Array(length);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state / 2147483648 - 1;
  }
  return data;
};

/** Grey values: about half of them 0, the others in (0, 1). */
export const pixels = (length, seed) => numbers(length, seed).map((value) => Math.max(0, value));

/** Class numbers 0 to 9. */
export const labels = (length, seed) =>
  Int32Array.from(numbers(length, seed), (value) => Math.floor((value + 1) * 5));
