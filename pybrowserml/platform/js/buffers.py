"""JavaScript twin of platform/buffers."""

__pragma__(
    "js",
    "{}",
    """
const arrays = {float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array};
export const zeros = (dtype, count) => new arrays[dtype](count);
export const float32_array = (count) => new Float32Array(count);
export const int32_array = (count) => new Int32Array(count);
export const float64_array = (count) => new Float64Array(count);
export const from_numbers = (dtype, numbers) => {
  if (dtype === 'bool') return Uint8Array.from(numbers, (x) => (x ? 1 : 0));
  return arrays[dtype].from(numbers);
};
export const to_numbers = (data) => Array.from(data);
export const subarray = (data, start, end) => data.subarray(start, end);
export const copy_of = (data) => data.slice();
export const set_at = (target, source, offset) => target.set(source, offset);
export const view_bytes = (data, dtype, offset, count) => {
  const kind = arrays[dtype];
  const from = data.byteOffset + offset;
  return new kind(data.buffer.slice(from, from + count * kind.BYTES_PER_ELEMENT));
};
export const bytes_of = (data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
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
  if (data instanceof Float32Array || data instanceof Float64Array) return 'float32';
  return 'int32';
};
const convert = (data, dtype) => {
  if (dtype === 'bool') return Uint8Array.from(data, (x) => (x ? 1 : 0));
  return data.constructor === arrays[dtype] ? data : arrays[dtype].from(data);
};
export const from_user = (value, dtype) => {
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value) && 'data' in value && 'shape' in value) {
    const kind = dtype ?? value.dtype ?? (ArrayBuffer.isView(value.data) ? dtypeOf(value.data) : 'float32');
    const flat = convert(value.data, kind);
    const shape = Array.from(value.shape);
    if (shape.reduce((a, b) => a * b, 1) !== flat.length) {
      throw new TypeError(`shape [${shape.join(', ')}] does not hold ${flat.length} numbers`);
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
export const to_user = (data, shape, dtype) => ({data: data, shape: Array.from(shape), dtype: dtype});
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
""",
)
