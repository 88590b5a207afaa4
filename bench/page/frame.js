// A contestant in a frame of its own: another realm, so that two engines of one library, or one library with different
// numbers of threads, never share state; still the same process and thread, so that rounds can alternate.

import { countBytes } from "./gl_bytes.js";

const asked = new URLSearchParams(location.search);

/** Resolves to {run, common} of a row. */
const prepare = async (kind, given) => {
  const contestant = await import(`/contestants/${asked.get("peer")}.js`);
  await contestant.open(asked.get("variant"));
  const make = contestant.rows[kind];
  if (!make) throw new Error(contestant.absences?.[kind] ?? `has no ${kind}`);
  return make(given);
};

/** Run a row a few times, for measurements of memory; resolves to the most bytes that WebGL's objects had at a time. */
const exercise = async ({ kind, given, times }) => {
  const counted = countBytes();
  const { run } = await prepare(kind, given);
  for (let i = 0; i < times; i++) await run();
  return counted.most;
};

window.bench = { prepare, exercise, nothing: () => 0 };
