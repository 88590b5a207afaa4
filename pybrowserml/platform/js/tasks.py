"""JavaScript twin of platform/tasks: generators driven by promises."""

PAUSE = "pause"
TURN = "turn"

__pragma__(
    "js",
    "{}",
    """
// Calls `callback` in a task of its own, behind those that wait already.
const later = (() => {
  if (typeof setImmediate === 'function') return (callback) => { setImmediate(callback); };
  if (typeof MessageChannel !== 'function') return (callback) => { setTimeout(callback, 0); };
  const waiting = [];
  let channel = null;
  return (callback) => {
    if (channel === null) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => { const next = waiting.shift(); if (next) next(); };
    }
    waiting.push(callback);
    channel.port2.postMessage(0);
  };
})();

// A page should get a turn after so many milliseconds.
const SLICE = 8;
// Work that is done in so many milliseconds goes on before other tasks of the page (scheduler.yield); longer work takes
// its place behind them, or timers and messages of the page would wait for its end.
const PREFERRED = 50;

// busy: when the present task of the page began to work for us, -1 before it does. Promises alone never end a task, so a
// page that awaits one short call after the other would be held up for all of them together. fair: when the tasks of the
// page last had their turn, as far as we know.
let busy = -1;
let fair = 0;
let marked = false;
// Find out when the present task has ended.
const mark = () => {
  if (marked) return;
  marked = true;
  later(() => { marked = false; busy = -1; });
};
const enter = () => {
  if (busy >= 0) return;
  busy = fair = performance.now();
  mark();
};
const pause = async (request) => {
  const preferred = request === PAUSE && performance.now() - fair < PREFERRED && typeof globalThis.scheduler?.yield === 'function';
  if (preferred) await globalThis.scheduler.yield();
  else await new Promise(later);
  busy = performance.now();
  if (!preferred) fair = busy;
  mark();
};

export const drive = async (generator) => {
  enter();
  let step = generator.next();
  while (!step.done) {
    let value = null;
    if (step.value === PAUSE || step.value === TURN) {
      await pause(step.value);
    } else if (step.value !== null && typeof step.value === 'object' && typeof step.value.then === 'function') {
      let failed = false;
      let reason = null;
      try { value = await step.value; } catch (caught) { failed = true; reason = caught; }
      enter();
      if (failed) { step = generator.throw(reason); continue; }
    } else {
      value = step.value;
    }
    step = generator.next(value);
  }
  if (busy >= 0 && performance.now() - busy > SLICE) await pause(PAUSE);
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
    step = generator.next(step.value === PAUSE || step.value === TURN ? true : step.value);
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
        const answer = giveUp();
        asked = answer !== null;
        if (answer) return [false, null];
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
