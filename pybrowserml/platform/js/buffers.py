"""JavaScript twin of platform/buffers."""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const arrays = {
  bool: Uint8Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array, uint32: Uint32Array,
  float16: Float32Array, float32: Float32Array, float64: Float64Array,
};
// The nearest half-precision number; halves between two go to the even one.
const half = (x) => {
  const a = Math.abs(x);
  if (!(a < 65520)) return a >= 65520 ? Math.sign(x) * Infinity : x;
  let unit = 2 ** -24;
  while (a >= 2048 * unit) unit *= 2;
  const quotient = a / unit;
  const low = Math.floor(quotient);
  const rest = quotient - low;
  const rounded = (low + (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? 1 : 0)) * unit;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
};
// The bits of a half-precision number, and the number of bits.
const halfBits = (x) => {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a !== a) return 0x7e00;
  if (a === Infinity) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | (a * 2 ** 24);
  let exponent = -14;
  while (a >= 2 ** (exponent + 1)) exponent += 1;
  return sign | ((exponent + 15) << 10) | ((a / 2 ** exponent - 1) * 1024);
};
const ofHalfBits = (bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  let a = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  if (exponent === 31) a = fraction === 0 ? Infinity : NaN;
  return bits & 0x8000 ? -a : a;
};
export const dtype_name = (value) => (value === 'int' ? 'int32' : value === 'float' ? 'float32' : String(value));
export const zeros = (dtype, count) => new arrays[dtype](count);
export const float32_array = (count) => new Float32Array(count);
export const int32_array = (count) => new Int32Array(count);
export const float64_array = (count) => new Float64Array(count);
export const from_numbers = (dtype, numbers) => {
  if (dtype === 'bool') return Uint8Array.from(numbers, (x) => (x ? 1 : 0));
  if (dtype === 'float16') return Float32Array.from(numbers, half);
  if (numbers.length !== 1) return new arrays[dtype](numbers);
  const single = new arrays[dtype](1);
  single[0] = numbers[0];
  return single;
};
export const to_numbers = (data) => Array.from(data);
export const subarray = (data, start, end) => data.subarray(start, end);
export const fill_zeros = (data) => { data.fill(0); };
export const copy_within = (data, target, start, end) => { data.copyWithin(target, start, end); };
export const copy_of = (data) => new data.constructor(data);
export const set_at = (target, source, offset) => target.set(source, offset);
// Up to so many elements a loop is faster than a call of the engine's own.
const FEW = 24;
export const write_few = (target, numbers, offset) => {
  if (numbers.length > FEW) target.set(numbers, offset);
  else for (let i = 0; i < numbers.length; i++) target[offset + i] = numbers[i];
};
export const taken = (data, offset, count) => {
  if (count > FEW) return data.slice(offset, offset + count);
  const made = new data.constructor(count);
  for (let i = 0; i < count; i++) made[i] = data[offset + i];
  return made;
};
const isSimple = (data, count) => {
  if (data instanceof Float32Array || data instanceof Float64Array) return data.length === count;
  if (!Array.isArray(data) || data.length !== count) return false;
  // Whole numbers would be int32 first.
  for (let i = 0; i < count; i++) if (typeof data[i] !== 'number' || !(Math.abs(data[i]) < 2147483648)) return false;
  return true;
};
export const put_numbers = (value, shape, target, offset, flat) => {
  if (value === null || typeof value !== 'object') return false;
  const rank = shape.length;
  if (Array.isArray(value)) {
    // A nested list of one or two levels; one sample may come without its batch axis.
    if (rank !== 2 || value.length === 0) return false;
    if (typeof value[0] === 'number') {
      if (shape[0] !== 1 || !isSimple(value, shape[1])) return false;
      write_few(target, value, offset);
      return true;
    }
    if (value.length !== shape[0]) return false;
    for (let row = 0; row < value.length; row++) {
      if (!Array.isArray(value[row]) || !isSimple(value[row], shape[1])) return false;
    }
    for (let row = 0; row < value.length; row++) write_few(target, value[row], offset + row * shape[1]);
    return true;
  }
  let data = value;
  if (flat && value instanceof Float32Array) {
    if (rank < 2) return false;
  } else {
    const given = value.shape;
    data = value.data;
    if (!Array.isArray(given) || given.length !== rank || (value.dtype !== undefined && value.dtype !== 'float32')) return false;
    for (let axis = 0; axis < rank; axis++) if (given[axis] !== shape[axis]) return false;
  }
  let count = 1;
  for (let axis = 0; axis < rank; axis++) count *= shape[axis];
  if (!isSimple(data, count)) return false;
  write_few(target, data, offset);
  return true;
};
export const element_bytes = (dtype) => (dtype === 'float16' ? 2 : arrays[dtype].BYTES_PER_ELEMENT);
export const view_bytes = (data, dtype, offset, count) => {
  const kind = arrays[dtype];
  const from = data.byteOffset + offset;
  if (dtype === 'float16') {
    return Float32Array.from(new Uint16Array(data.buffer.slice(from, from + count * 2)), ofHalfBits);
  }
  return new kind(data.buffer.slice(from, from + count * kind.BYTES_PER_ELEMENT));
};
export const window_of = (data, dtype, offset, count) => {
  const kind = arrays[dtype];
  const from = data.byteOffset + offset;
  return dtype === 'float16' || from % kind.BYTES_PER_ELEMENT !== 0 ? null : new kind(data.buffer, from, count);
};
export const is_zero = (data) => {
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) return false;
  return true;
};
// Chromium holds on to what fetch made or digest read, and lets go of it in a message only, here one to nobody.
let nobody = null;
export const let_go = (data) => {
  if (globalThis.process?.versions?.node || typeof MessageChannel !== 'function') {
    data.buffer.transfer?.(0);
    return;
  }
  if (nobody === null) {
    const channel = new MessageChannel();
    channel.port2.close();
    nobody = channel.port1;
  }
  nobody.postMessage(null, [data.buffer]);
};
export const bytes_of = (data, dtype) => {
  if (dtype === 'float16') return new Uint8Array(Uint16Array.from(data, halfBits).buffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};
export const memory = (count) => {
  const even = count + count % 2;
  const buffer = new ArrayBuffer(even * 4);
  return {f32: new Float32Array(buffer), i32: new Int32Array(buffer), f64: new Float64Array(buffer), count: even, buffer: buffer};
};
export const is_array = (value) => value !== null && typeof value === 'object'
  && (ArrayBuffer.isView(value) || ('data' in value && 'shape' in value));

const shapeOf = (value) => {
  const shape = [];
  while (Array.isArray(value) || ArrayBuffer.isView(value)) {
    shape.push(value.length);
    if (value.length === 0) break;
    value = value[0];
  }
  return shape;
};
const flatten = (value, shape, depth, into) => {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  if (depth === shape.length) {
    if (isList || (typeof value !== 'number' && typeof value !== 'boolean')) {
      throw new TypeError('expected numbers in a regular (not ragged) nested list or array');
    }
    into.push(value);
    return;
  }
  if (!isList || value.length !== shape[depth]) {
    throw new TypeError('expected numbers in a regular (not ragged) nested list or array');
  }
  for (let i = 0; i < value.length; i++) flatten(value[i], shape, depth + 1, into);
};
const dtypeOf = (data) => {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof Float32Array || data instanceof Float64Array) return 'float32';
  if (typeof Float16Array === 'function' && data instanceof Float16Array) return 'float16';
  return 'int32';
};
const convert = (data, dtype) => {
  if (dtype === 'bool') return Uint8Array.from(data, (x) => (x ? 1 : 0));
  if (dtype === 'float16') return Float32Array.from(data, half);
  return data.constructor === arrays[dtype] ? data : arrays[dtype].from(data);
};
export const from_user = (value, dtype) => {
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value) && 'data' in value && 'shape' in value) {
    const kind = dtype ?? value.dtype ?? (ArrayBuffer.isView(value.data) ? dtypeOf(value.data) : 'float32');
    const flat = convert(value.data, kind);
    const shape = Array.from(value.shape);
    const fits = shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!fits || shape.reduce((a, b) => a * b, 1) !== flat.length) {
      throw error('ShapeError', `a shape (${shape.join(', ')}) does not hold ${flat.length} numbers`);
    }
    return [flat, shape, kind];
  }
  if (ArrayBuffer.isView(value)) return [convert(value, dtype ?? dtypeOf(value)), [value.length], dtype ?? dtypeOf(value)];
  const shape = shapeOf(value);
  const numbers = [];
  flatten(value, shape, 0, numbers);
  let kind = dtype ?? null;
  if (kind === null) {
    if (numbers.length > 0 && numbers.every((x) => typeof x === 'boolean')) kind = 'bool';
    else kind = numbers.length > 0 && numbers.every((x) => Number.isInteger(x)) ? 'int32' : 'float32';
  }
  return [convert(numbers, kind), shape, kind];
};
export const to_user = (data, shape, dtype) => ({data: data, shape: shape.slice(), dtype: dtype});
export const to_nested = (data, shape) => {
  let offset = 0;
  const build = (depth) => {
    if (depth === shape.length) return data[offset++];
    const row = new Array(shape[depth]);
    for (let i = 0; i < row.length; i++) row[i] = build(depth + 1);
    return row;
  };
  return build(0);
};
export const argument_of = (data, shape, dtype) => to_nested(data, shape);
""",
)
