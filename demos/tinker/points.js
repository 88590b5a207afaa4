// Points of two classes in the square from -1 to 1.

/** Ready-made sets: name → () => [[x, y, class], ...]. */
export const examples = {
  circle: () =>
    many(120, () => {
      const [x, y] = [spread(), spread()];
      return [x, y, Math.hypot(x, y) < 0.55 ? 1 : 0];
    }),
  moons: () =>
    many(120, (i) => {
      const angle = Math.PI * Math.random();
      const [x, y] = [0.55 * Math.cos(angle), 0.55 * Math.sin(angle)];
      const jitter = () => 0.16 * (Math.random() - 0.5);
      return i % 2 === 0
        ? [x - 0.25 + jitter(), y - 0.15 + jitter(), 0]
        : [x + 0.25 + jitter(), 0.15 - y + jitter(), 1];
    }),
  checks: () =>
    many(160, () => {
      const [x, y] = [spread(), spread()];
      return [x, y, x * y > 0 ? 1 : 0];
    }),
};

const spread = () => 1.9 * Math.random() - 0.95;
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
