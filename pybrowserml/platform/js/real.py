"""JavaScript twin of platform/real."""

__pragma__(
    "js",
    "{}",
    """
export const NAN = NaN;
export const INFINITY = Infinity;
export const exp = Math.exp;
export const expm1 = Math.expm1;
export const log = Math.log;
export const log1p = Math.log1p;
export const sqrt = Math.sqrt;
export const sin = Math.sin;
export const cos = Math.cos;
export const tan = Math.tan;
export const tanh = Math.tanh;
export const floor = Math.floor;
export const ceil = Math.ceil;
export const trunc = Math.trunc;
export const power = (a, b) => (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) ? 1 : Math.pow(a, b);
export const divide = (a, b) => a / b;
export const remainder = (a, b) => a % b;
export const arctan2 = Math.atan2;
""",
)
