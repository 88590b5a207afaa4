// Alternating measurements: every contestant runs once in each round, in a rotating order, so that a noisy machine
// troubles all of them alike and a round gives one honest ratio.

import { difference } from "./compare.js";

const SAMPLE_MS = 25; // a sample repeats short work until it takes about this long
const WARM_MS = 250; // engines optimise code while it runs
const MIN_ROUNDS = 5;
const MAX_ROUNDS = 15;

const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

const timed = async (run, repeats) => {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) await run();
  return (performance.now() - start) / repeats;
};

/** Tell the driver who is at work, so that it knows who hung the page. */
const announce = async (name) => {
  navigator.sendBeacon("/progress", name);
  await breathe();
};

/** Make a contestant, take its first results and a first look at its speed. */
const warmUp = async ({ name, make }, { compared, patience, share }) => {
  await announce(name);
  const { run, common = (result) => result } = await make();
  const entry = { name, first: 0, estimate: 0, repeats: 1, samples: [], results: [] };
  let last = null;
  entry.estimate = Infinity;
  const warm = performance.now();
  for (let i = 0; i < compared || performance.now() - warm < WARM_MS; i++) {
    if (i < compared) await announce(name);
    const start = performance.now();
    const result = await run();
    const time = performance.now() - start;
    if (i === 0) entry.first = time;
    else last = time;
    if (i < compared) entry.results.push(common(result));
    entry.estimate = Math.min(entry.estimate, time);
    if (time > patience || (i + 1 >= compared && time > share)) break;
    await breathe();
  }
  entry.repeats = Math.max(1, Math.min(5000, Math.ceil(SAMPLE_MS / entry.estimate)));
  return { run, entry, last };
};

/** Rounds for a contestant whose sample takes `cost` when it may use `share` milliseconds: slow ones get fewer. */
export const roundsFor = (cost, share) => {
  const fit = Math.floor(share / cost);
  const least = cost * MIN_ROUNDS <= 2 * share ? MIN_ROUNDS : cost * 3 <= 4 * share ? 3 : 1;
  return Math.max(least, Math.min(MAX_ROUNDS, fit));
};

/** Whether one that has `own` of `all` rounds runs in round r; its rounds lie evenly between first and last. */
export const takesPart = (r, own, all) =>
  Math.floor(((r + 1) * own) / all) > Math.floor((r * own) / all);

/**
 * Contestants are {name, make}; budget: milliseconds for all rounds; patience: the most that a first run may take; compared: how many of the first results.
 * `make` resolves to {run, common}: `run` resolves to the numbers of the result, `common`
 * brings them to the order in which all are compared. Resolves to {rounds, contestants: [{name, first, repeats, samples,
 * difference}], failures: {name: text}}: times in milliseconds, one a round or null; the difference is that
 * from the first contestant's results.
 */
export const alternate = async (contestants, { budget, patience, compared = 1 }) => {
  const ready = [];
  const failures = {};
  const share = budget / contestants.length;
  let reference = null;
  for (const contestant of contestants) {
    try {
      const made = await warmUp(contestant, { compared, patience, share });
      const { entry } = made;
      reference ??= entry;
      entry.difference = entry === reference ? 0 : difference(entry.results, reference.results);
      entry.against = reference.name;
      if (entry.first > patience) {
        const seconds = (entry.first / 1000).toFixed(1);
        failures[entry.name] = `over its time budget: one run takes ${seconds} s`;
      } else ready.push(made);
    } catch (failure) {
      failures[contestant.name] = String(failure?.message ?? failure);
    }
  }
  for (const made of ready) {
    made.rounds = roundsFor(made.entry.estimate * made.entry.repeats, share);
    // A slow one has been heard already, if it has run more than once.
    if (made.rounds > 1 || made.entry.repeats > 1) made.last = null;
  }
  const rounds = Math.max(0, ...ready.map((made) => made.rounds));
  for (let r = 0; r < rounds; r++) {
    for (let i = 0; i < ready.length; i++) {
      const { run, entry, rounds: own, last } = ready[(i + r) % ready.length];
      let time = null;
      if (last !== null) {
        time = r === 0 ? last : null;
      } else if (takesPart(r, own, rounds) && !(entry.name in failures)) {
        await announce(entry.name);
        try {
          time = await timed(run, entry.repeats);
        } catch (failure) {
          failures[entry.name] = String(failure?.message ?? failure);
        }
      }
      entry.samples.push(time);
    }
  }
  const good = ready.map(({ entry }) => entry).filter(({ name }) => !(name in failures));
  for (const entry of good) delete entry.results;
  return { rounds, contestants: good, failures };
};
