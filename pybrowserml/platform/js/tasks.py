"""JavaScript twin of platform/tasks: generators driven by promises."""

PAUSE = "pause"

__pragma__(
    "js",
    "{}",
    """
const immediate = (() => {
  if (typeof setImmediate === 'function') return () => new Promise((resolve) => setImmediate(resolve));
  if (typeof MessageChannel !== 'function') return () => new Promise((resolve) => setTimeout(resolve, 0));
  let waiting = [];
  let channel = null;
  return () => new Promise((resolve) => {
    if (channel === null) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => { const next = waiting.shift(); if (next) next(); };
    }
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });
})();

export const drive = async (generator) => {
  let step = generator.next();
  while (!step.done) {
    let value = null;
    if (step.value === PAUSE) {
      await immediate();
    } else if (step.value !== null && typeof step.value === 'object' && typeof step.value.then === 'function') {
      let failed = false;
      let reason = null;
      try { value = await step.value; } catch (caught) { failed = true; reason = caught; }
      if (failed) { step = generator.throw(reason); continue; }
    } else {
      value = step.value;
    }
    step = generator.next(value);
  }
  return step.value;
};

export const drive_sync = (generator) => {
  let step = generator.next();
  while (!step.done) {
    if (step.value !== null && typeof step.value === 'object' && typeof step.value.then === 'function') {
      generator.return();
      throw new Error('this call cannot wait: use the asynchronous form');
    }
    // True for a pause that is none: the generator must not count on the page to go on meanwhile.
    step = generator.next(step.value === PAUSE ? true : step.value);
  }
  return step.value;
};

export const within = function* (generator, milliseconds, giveUp, clock) {
  const started = clock();
  let asked = false;
  try {
    let step = generator.next();
    while (!step.done) {
      if (!asked && clock() - started > milliseconds) {
        asked = true;
        if (giveUp()) return [false, null];
      }
      let failed = false;
      let value = null;
      try { value = yield step.value; } catch (caught) { failed = true; value = caught; }
      step = failed ? generator.throw(value) : generator.next(value);
    }
    return [true, step.value];
  } finally {
    // Ends it where it was given up, here or by who waits for this.
    generator.return();
  }
};

export const waits = (callback) => {
  const driven = (...args) => drive(callback(...args));
  driven.generator = callback;
  return driven;
};

export const now = () => performance.now();
export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class QueueLock {
  constructor() { this.held = false; this.queue = []; }
  acquire() {
    if (this.held) return new Promise((resolve) => this.queue.push(resolve));
    this.held = true;
    return null;
  }
  busy() { return this.held; }
  release(ticket) {
    const next = this.queue.shift();
    if (next === undefined) this.held = false;
    else next(null);
  }
}
export const Lock = () => new QueueLock();
""",
)
