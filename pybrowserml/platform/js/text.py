"""JavaScript twin of platform/text."""

__pragma__(
    "js",
    "{}",
    """
const wrap = (value) => {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = wrap(value[i]);
    return value;
  }
  if (value !== null && typeof value === 'object') {
    const wrapped = dict({});
    for (const key of Object.keys(value)) {
      Object.defineProperty(wrapped, key, {value: wrap(value[key]), writable: true, enumerable: true, configurable: true});
    }
    return wrapped;
  }
  return value;
};
export const as_dict = wrap;
export const to_json = (value) => JSON.stringify(value, (key, item) => {
  if (typeof item === 'number' && !Number.isFinite(item)) throw new RangeError('Out of range float values are not JSON compliant');
  return item;
});
export const from_json = (text) => wrap(JSON.parse(text));
export const utf8_decode = (data) => new TextDecoder('utf-8', {fatal: true}).decode(data);
export const utf8_encode = (text) => new TextEncoder().encode(text);
export const base64_decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const has_match = (pattern, text) => new RegExp(pattern).test(text);
export const base64_encode = (data) => {
  let text = '';
  for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
  return btoa(text);
};
""",
)
