// Whether contestants compute the same.

/** A number, an array or typed array (perhaps of another frame) as float64. */
const flat = (result) => (typeof result === "number" ? [result] : result);

/**
 * The worst |a - b| of lists of results, relative to the largest number of the second; a text where lengths differ. A
 * result that is null is not compared.
 */
export const difference = (results, wanted) => {
  let worst = 0;
  for (let r = 0; r < Math.min(results.length, wanted.length); r++) {
    if (results[r] === null) continue;
    const a = flat(results[r]);
    const b = flat(wanted[r]);
    if (a.length !== b.length) return `${a.length} numbers for ${b.length}`;
    let scale = 1e-30;
    let most = 0;
    for (let i = 0; i < a.length; i++) {
      const apart = Math.abs(a[i] - b[i]);
      scale = Math.max(scale, Math.abs(b[i]));
      if (Number.isNaN(apart)) return "not a number";
      most = Math.max(most, apart);
    }
    worst = Math.max(worst, most / scale);
  }
  return worst;
};
