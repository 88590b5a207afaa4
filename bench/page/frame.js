// A contestant in a frame of its own: another realm, so that two engines of one library, or one library with different
// numbers of threads, never share state; still the same process and thread, so that rounds can alternate.

const asked = new URLSearchParams(location.search);

/** Resolves to {run, common} of a row. */
const prepare = async (kind, given) => {
  const contestant = await import(`/contestants/${asked.get("peer")}.js`);
  await contestant.open(asked.get("variant"));
  const make = contestant.rows[kind];
  if (!make) throw new Error(contestant.absences?.[kind] ?? `has no ${kind}`);
  return make(given);
};

/** Run a row a few times, for measurements of memory; resolves to the last result's length. */
const exercise = async ({ kind, given, times }) => {
  const { run } = await prepare(kind, given);
  let result = null;
  for (let i = 0; i < times; i++) result = await run();
  return result.length ?? 1;
};

window.bench = { prepare, exercise, nothing: () => 0 };
