"""JavaScript twin of platform/random."""

__pragma__(
    "js",
    "{}",
    """
const words = new Int32Array(2);
const threefry = (k0, k1, c0, c1) => {
  const k2 = k0 ^ k1 ^ 0x1BD11BDA;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  const mix = (r) => { x0 = (x0 + x1) | 0; x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0; };
  mix(13); mix(15); mix(26); mix(6); x0 = (x0 + k1) | 0; x1 = (x1 + k2 + 1) | 0;
  mix(17); mix(29); mix(16); mix(24); x0 = (x0 + k2) | 0; x1 = (x1 + k0 + 2) | 0;
  mix(13); mix(15); mix(26); mix(6); x0 = (x0 + k0) | 0; x1 = (x1 + k1 + 3) | 0;
  mix(17); mix(29); mix(16); mix(24); x0 = (x0 + k1) | 0; x1 = (x1 + k2 + 4) | 0;
  mix(13); mix(15); mix(26); mix(6); x0 = (x0 + k2) | 0; x1 = (x1 + k0 + 5) | 0;
  words[0] = x0;
  words[1] = x1;
};
export const threefry_pair = (k0, k1, c0, c1) => { threefry(k0 | 0, k1 | 0, c0 | 0, c1 | 0); return [words[0], words[1]]; };
export const threefry_array = (k0, k1, step, count) => {
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; i++) { threefry(k0 | 0, k1 | 0, i, step | 0); bits[i] = words[0]; }
  return bits;
};
export const threefry_words = (k0, k1, step, count) => Array.from(threefry_array(k0, k1, step, count));
export const uniform_array = (k0, k1, step, count, low, high) => {
  const bits = threefry_array(k0, k1, step, count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = low + (high - low) * ((bits[i] >>> 8) * 2 ** -24);
  return values;
};
const central = [2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
  -0.00417768164, 0.246640727, 1.50140941];
const tail = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
  0.00943887047, 1.00167406, 2.83297682];
const normalOf = (x) => {
  const w = -Math.log((1 - x) * (1 + x));
  const t = w < 5 ? w - 2.5 : Math.sqrt(w) - 3;
  const coefficients = w < 5 ? central : tail;
  let p = coefficients[0];
  for (let i = 1; i < 9; i++) p = p * t + coefficients[i];
  return Math.SQRT2 * p * x;
};
const spread = (bits) => (2 * (bits >>> 9) + 1) * 2 ** -23 - 1;
export const normal_of_bits = (bits) => Float32Array.from(bits, (b) => normalOf(spread(b)));
export const normal_array = (k0, k1, step, count, mean, stddev) => {
  const bits = threefry_array(k0, k1, step, count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = mean + stddev * Math.fround(normalOf(spread(bits[i])));
  return values;
};
export const truncated_normal_array = (k0, k1, step, count, mean, stddev) => {
  const bits = threefry_array(k0, k1, step, count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = mean + stddev * normalOf(spread(bits[i]) * 0.9544997361036416);
  return values;
};
export const fresh_seed = () => Math.floor(Math.random() * 2 ** 31);
""",
)
