// Alternating measurements: every contestant runs once in each round, in a rotating order, so that a noisy machine
// troubles all of them alike and a round gives one honest ratio.

const SAMPLE_MS = 25; // a sample repeats short work until it takes about this long
const WARM_MS = 400; // engines optimise code while it runs
const MIN_ROUNDS = 5;
const MAX_ROUNDS = 15;
const COMPARED = 4096;

const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

const timed = async (run, repeats) => {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) await run();
  return (performance.now() - start) / repeats;
};

/** Make a contestant, take its first result and a first look at its speed. */
const warmUp = async ({ name, make }) => {
  const { enter, run } = await make();
  await enter();
  const start = performance.now();
  const result = await run();
  const first = performance.now() - start;
  const warm = performance.now();
  let estimate = await timed(run, 1);
  while (performance.now() - warm < WARM_MS) estimate = await timed(run, 1);
  const repeats = Math.max(1, Math.min(500, Math.ceil(SAMPLE_MS / estimate)));
  const numbers = typeof result === "number" ? [result] : Array.from(result.subarray(0, COMPARED));
  return { enter, run, entry: { name, first, estimate, repeats, samples: [], result: numbers } };
};

/**
 * Contestants are {name, make}; `make` resolves to {enter, run}: `enter` prepares what must not be timed (choosing an
 * engine), `run` resolves to the numbers of the result. Resolves to {rounds, contestants: [{name, first, repeats,
 * samples, result}], failures: {name: text}}, times in milliseconds.
 */
export const alternate = async (contestants, budget) => {
  const ready = [];
  const failures = {};
  for (const contestant of contestants) {
    try {
      ready.push(await warmUp(contestant));
    } catch (failure) {
      failures[contestant.name] = String(failure?.stack ?? failure);
    }
  }
  const round = ready.reduce((sum, { entry }) => sum + entry.estimate * entry.repeats, 0);
  const rounds = Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, Math.floor(budget / round)));
  for (let r = 0; r < rounds; r++) {
    for (let i = 0; i < ready.length; i++) {
      const { enter, run, entry } = ready[(i + r) % ready.length];
      await enter();
      await breathe();
      entry.samples.push(await timed(run, entry.repeats));
    }
  }
  return { rounds, contestants: ready.map(({ entry }) => entry), failures };
};
