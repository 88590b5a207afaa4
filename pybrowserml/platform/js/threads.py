"""JavaScript twin of platform/threads: the only place that starts threads and calls Atomics."""

from .text import as_dict  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const NAME = 'pybrowserml-thread';
const builtin = (name) => globalThis.process?.getBuiltinModule?.(name);
const node = builtin('node:worker_threads');
export const thread_obstacle = () => {
  if (globalThis.process?.versions?.node && node === undefined) return 'Node.js is older than 20.16';
  if (node === undefined && globalThis.crossOriginIsolated !== true) return 'the page is not cross-origin isolated';
  if (typeof SharedArrayBuffer !== 'function') return 'there is no SharedArrayBuffer';
  if (node === undefined && typeof Worker !== 'function') return 'there are no workers here';
  return '';
};
export const processors = () =>
  globalThis.navigator?.hardwareConcurrency ?? builtin('node:os')?.availableParallelism() ?? 1;
// A bundle of the library is the script of its threads. Modules that are not bundled lie side by side. A page's own
// bundle is no such script: as a thread it would run the page's program once more.
const OWN = /\\/(pybrowserml|runtime|model)(\\.\\w+)*\\.[cm]?js([?#].*)?$/;
const UNBUNDLED = 'pybrowserml.platform.threads.js';
const placeOf = (script) => {
  const here = import.meta.url;
  if (script !== null && script !== undefined) {
    return String(new URL(String(script), globalThis.document?.baseURI ?? globalThis.location?.href ?? here));
  }
  if (here?.endsWith('/' + UNBUNDLED)) return String(new URL('./pybrowserml.backends.cpu.thread.js', here));
  return here && OWN.test(here) ? here : null;
};
let policy = null;
const open = (place) => {
  const type = /\\.global(\\.min)?\\.js([?#].*)?$/.test(place) ? 'classic' : 'module';
  try {
    return new Worker(place, {type, name: NAME});
  } catch (problem) {
    if (!globalThis.trustedTypes) throw problem;
    policy ??= trustedTypes.createPolicy('pybrowserml', {createScriptURL: (url) => url});
    return new Worker(policy.createScriptURL(place), {type, name: NAME});
  }
};
export const start_thread = (script, given, failed) => {
  const place = placeOf(script);
  if (place === null) return [null, 'the library is part of another script; tell thread_script'];
  try {
    if (node !== undefined) {
      const worker = new node.Worker(new URL(place), {name: NAME, workerData: {kind: NAME, given: {...given}}});
      worker.unref();
      worker.on('error', (problem) => failed(`a thread failed: ${problem.message}`));
      worker.on('exit', () => failed('a thread ended by itself'));
      return [worker, ''];
    }
    const worker = open(place);
    worker.onerror = (event) => {
      event.preventDefault?.();
      failed(`a thread did not start${event.message ? `: ${event.message}` : ''}`);
    };
    worker.postMessage({...given});
    return [worker, ''];
  } catch (problem) {
    return [null, `a thread cannot be started: ${problem.message}`];
  }
};
export const end_thread = (worker) => {
  worker.onerror = null;
  worker.removeAllListeners?.();
  worker.terminate();
};
const handed = (given) => Object.assign(dict({}), given);
export const serve_thread = (work) => {
  // Later, when every module of the bundle has run.
  if (node !== undefined) {
    if (!node.isMainThread && node.workerData?.kind === NAME) setImmediate(() => work(handed(node.workerData.given)));
  } else if (typeof document === 'undefined' && globalThis.name === NAME) {
    globalThis.onmessage = ({data}) => work(handed(data));
  }
};
export const shared_words = (count) => new Int32Array(new SharedArrayBuffer(count * 4));
export const may_wait = () => {
  try {
    Atomics.wait(shared_words(1), 0, 1, 0);
    return true;
  } catch (problem) {
    return false;
  }
};
export const load_word = (words, k) => Atomics.load(words, k);
export const store_word = (words, k, value) => { Atomics.store(words, k, value); };
export const add_word = (words, k, value) => Atomics.add(words, k, value);
export const swap_word = (words, k, expected, value) => Atomics.compareExchange(words, k, expected, value);
export const wait_while = (words, k, value, milliseconds) => {
  Atomics.wait(words, k, value, milliseconds > 0 ? milliseconds : Infinity);
};
export const wake = (words, k) => { Atomics.notify(words, k); };
export const breathe = typeof Atomics === 'object' && typeof Atomics.pause === 'function' ? () => Atomics.pause() : () => {};
const MINUS = '"@-0"';
export const packed = (value) => new TextEncoder().encode(
  JSON.stringify(value, (key, item) => (Object.is(item, -0) ? '@-0' : item)).replaceAll(MINUS, '-0'));
export const unpacked = (data) => as_dict(JSON.parse(new TextDecoder().decode(data)));
export const write_bytes = (block, offset, data) => { new Uint8Array(block.buffer).set(data, offset * 4); };
export const read_bytes = (block, offset, count) => new Uint8Array(block.buffer).slice(offset * 4, offset * 4 + count);
""",
)
