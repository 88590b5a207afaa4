// Digits of floats, exactly: halves between two go to the even one, as Python rounds.

const parts = (value) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const all = view.getBigUint64(0);
  const exponent = Number((all >> 52n) & 0x7ffn);
  const fraction = all & 0xfffffffffffffn;
  return exponent === 0 ? [fraction, -1074] : [fraction | 0x10000000000000n, exponent - 1075];
};
/** |value| · 10^digits as a BigInt, rounded half to even. */
export const scaled = (value, digits) => {
  const [mantissa, exponent] = parts(Math.abs(value));
  let above = mantissa;
  let below = 1n;
  if (exponent > 0) above <<= BigInt(exponent);
  else below <<= BigInt(-exponent);
  if (digits > 0) above *= 10n ** BigInt(digits);
  else below *= 10n ** BigInt(-digits);
  const quotient = above / below;
  const twice = (above % below) * 2n;
  return quotient + (twice > below || (twice === below && quotient % 2n === 1n) ? 1n : 0n);
};
/** |value| with this many digits behind the point. */
export const fixed = (value, digits) => {
  const text = scaled(value, digits)
    .toString()
    .padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};
/** [digits, exponent] of |value| in scientific notation with this many digits behind the point. */
export const scientific = (value, digits) => {
  if (value === 0) return ["0".repeat(digits + 1), 0];
  let exponent = Number(Math.abs(value).toExponential().split("e")[1]);
  let text = scaled(value, digits - exponent).toString();
  if (text.length > digits + 1) {
    exponent += 1;
    text = scaled(value, digits - exponent).toString();
  }
  return [text, exponent];
};
/** repr of a float. */
export const floatText = (value) => {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa, power] = Math.abs(value).toExponential().split("e");
  const exponent = Number(power);
  const digits = mantissa.replace(".", "");
  if (exponent < -4 || exponent >= 16) {
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${point}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
};
