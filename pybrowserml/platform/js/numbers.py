"""JavaScript twin of platform/numbers."""

__pragma__(
    "js",
    "{}",
    """
export const fround = Math.fround;
export const to_int = Math.trunc;
export const imul = Math.imul;
export const to_int32 = (x) => x | 0;
export const to_uint32 = (x) => x >>> 0;
export const rotate_left = (x, count) => (x << count) | (x >>> (32 - count));
export const bit_xor = (a, b) => a ^ b;
export const is_whole = (x) => Number.isInteger(x);
export const is_number = (x) => typeof x === 'number';
export const has_fraction_type = (x) => !Number.isInteger(x);
export const is_bool = (x) => typeof x === 'boolean';
export const is_string = (x) => typeof x === 'string';
export const is_list = (x) => Array.isArray(x);
export const is_dict = (x) => x !== null && typeof x === 'object' && !Array.isArray(x) && !ArrayBuffer.isView(x)
  && (Object.getPrototypeOf(x) === Object.prototype || Object.getPrototypeOf(x) === null || x.__class__ === dict);
export const is_function = (x) => typeof x === 'function';
export const is_finite = (x) => Number.isFinite(x);
export const is_nan = (x) => Number.isNaN(x);
export const fmt = (x, digits) => x.toFixed(digits);
export const show = (x) => {
  if (typeof x === 'boolean') return x ? 'true' : 'false';
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'Infinity' : '-Infinity';
  if (Number.isInteger(x) && Math.abs(x) < 1e15) return String(x);
  const text = String(Number(x.toPrecision(6)));
  if (!text.includes('e')) return text;
  const [mantissa, exponent] = text.replace('-', (sign, at) => (at === 0 ? '' : sign)).split('e');
  const digits = mantissa.replace('.', '');
  const zeros = '0'.repeat(exponent < 0 ? -exponent - 1 : exponent - digits.length + 1);
  return (x < 0 ? '-' : '') + (exponent < 0 ? `0.${zeros}${digits}` : digits + zeros);
};
""",
)
