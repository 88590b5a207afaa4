"""JavaScript twin of platform/words."""

__pragma__(
    "js",
    "{}",
    """
const fit = (a) => BigInt.asUintN(64, a);
export const word = (text) => BigInt(`0x${text}`);
export const small_word = (number) => fit(BigInt(Math.trunc(number)));
export const word_at = (data, start, count) => {
  let found = 0n;
  for (let i = start + count - 1; i >= start; i--) found = (found << 8n) | BigInt(data[i]);
  return found;
};
export const word_add = (a, b) => fit(a + b);
export const word_multiply = (a, b) => fit(a * b);
export const word_xor = (a, b) => a ^ b;
export const word_left = (a, count) => fit(a << BigInt(count));
export const word_right = (a, count) => a >> BigInt(count);
export const word_rotate = (a, count) => fit((a >> BigInt(count)) | (a << BigInt(64 - count)));
export const word_mod = (a, number) => Number(a % BigInt(number));
""",
)
