"""JavaScript twin of platform/streams."""

from .errors import error  # noqa: F401
from .files import address_of, fetch_file  # noqa: F401
from .tasks import drive  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
export const is_promise = (value) => value !== null && typeof value === 'object' && typeof value.then === 'function';

const decimal = /^\\s*[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?\\s*$/;
const special = {nan: NaN, inf: Infinity, infinity: Infinity};
export const parse_number = (text) => {
  if (decimal.test(text)) return Number(text);
  const bare = text.trim().toLowerCase();
  const unsigned = bare.startsWith('+') || bare.startsWith('-') ? bare.slice(1) : bare;
  if (!Object.hasOwn(special, unsigned)) return null;
  return bare[0] === '-' ? -special[unsigned] : special[unsigned];
};

export const nested_texts = () => null;
export const texts_to_user = (texts, shape) => {
  let place = 0;
  const build = (depth) => (depth === shape.length ? texts[place++]
    : Array.from({length: shape[depth]}, () => build(depth + 1)));
  return build(0);
};
export const text_argument = (text) => text;
export const text_result = (found) => found;
export const lines_at_once = (path) => {
  throw error('ArgumentError', `${path}: a page reads no file without waiting: read its lines by data.text first`);
};
export const number_to_user = (data, dtype) => (dtype === 'bool' ? data[0] !== 0 : data[0]);

const notIterable = 'from_generator: expected something to iterate over, or a function that gives it';
class Elements {
  constructor(source) { this.source = source; this.iterator = null; }
  open(made) {
    const kind = made === null || made === undefined ? undefined : made;
    const start = kind?.[Symbol.asyncIterator] ?? kind?.[Symbol.iterator];
    if (typeof start === 'function') this.iterator = start.call(kind);
    else if (typeof kind?.next === 'function') this.iterator = kind;
    else throw error('ArgumentError', notIterable);
  }
  take() {
    const told = (step) => [step.done === true, step.done === true ? null : step.value];
    const step = this.iterator.next();
    return is_promise(step) ? step.then(told) : told(step);
  }
  next_element() {
    if (this.iterator !== null) return this.take();
    const made = typeof this.source === 'function' ? this.source() : this.source;
    if (is_promise(made)) return made.then((found) => { this.open(found); return this.take(); });
    this.open(made);
    return this.take();
  }
  close() { this.iterator?.return?.(); }
}
export const elements_of = (source) => new Elements(source);
export const is_read_once = (source) => source !== null && typeof source === 'object' && typeof source.next === 'function';

const isBlob = (value) => typeof Blob === 'function' && value instanceof Blob;
const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
export const is_content = (source) => typeof source === 'string' && /[\\r\\n]/.test(source);
export const source_label = (source) => {
  if ((typeof source === 'string' && !is_content(source)) || source instanceof URL) return String(source);
  return typeof source?.name === 'string' ? source.name : 'the given text';
};
const opened = async (source, label) => {
  if (isBlob(source)) return source.stream();
  if (typeof ReadableStream === 'function' && source instanceof ReadableStream) return source;
  if (isBytes(source)) return new Blob([source]).stream();
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw error('ArgumentError', `expected a path, an address or a file to read, got ${source}`);
  }
  let answer;
  try {
    answer = await fetch_file(address_of(source));
  } catch (problem) {
    throw error('FormatError', `${label}: ${problem.message}`);
  }
  if (!answer.ok) {
    const onDisk = address_of(source).protocol === 'file:';
    throw error('FormatError', `${label}: no such file${onDisk ? '' : ` (status ${answer.status})`}`);
  }
  return answer.body ?? new Blob([]).stream();
};
class TextStream {
  constructor(source, label) {
    this.source = source;
    this.label = label;
    this.reader = null;
    this.ended = false;
    this.decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
  }
  async open() {
    const reader = (await opened(this.source, this.label)).getReader();
    const first = await reader.read();
    this.reader = reader;
    const packed = first.value?.[0] === 0x1f && first.value[1] === 0x8b;
    if (!packed) return first;
    const whole = new ReadableStream({
      start(controller) { controller.enqueue(first.value); },
      async pull(controller) {
        const step = await reader.read();
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      },
      cancel(reason) { return reader.cancel(reason); },
    });
    this.reader = whole.pipeThrough(new DecompressionStream('gzip')).getReader();
    return this.step();
  }
  async step() {
    try {
      return await this.reader.read();
    } catch {
      throw error('FormatError', `${this.label}: damaged gzip data`);
    }
  }
  async next_chunk() {
    if (this.ended) return null;
    const step = this.reader === null ? await this.open() : await this.step();
    this.ended = step.done;
    try {
      return this.decoder.decode(step.value ?? new Uint8Array(0), {stream: !step.done});
    } catch {
      throw error('FormatError', `${this.label}: this is no UTF-8 text`);
    }
  }
  close() { this.reader?.cancel().catch(() => {}); }
}
class GivenText {
  constructor(text) { this.text = text; this.label = 'the given text'; }
  next_chunk() { const text = this.text; this.text = null; return text; }
  close() {}
}
export const text_stream = (source) =>
  (is_content(source) ? new GivenText(source) : new TextStream(source, source_label(source)));

export const list_files = (source) => {
  if (typeof source === 'string' || source instanceof URL) {
    throw error('ArgumentError', 'a page cannot list a folder: give the addresses or files in it');
  }
  return Array.from(source, (entry) => [entry, typeof entry === 'string' || entry instanceof URL ? String(entry)
    : (entry?.webkitRelativePath || entry?.name || '')]);
};

class Ahead {
  constructor(advance, size) { this.advance = advance; this.size = size; this.queue = []; this.tail = Promise.resolve(); this.ended = false; }
  fill() {
    while (!this.ended && this.queue.length < this.size) {
      const made = this.tail.then(() => (this.ended ? null : drive(this.advance())));
      this.tail = made.then((element) => { if (element === null) this.ended = true; }, () => { this.ended = true; });
      this.queue.push(made);
    }
  }
  async next_element() {
    this.fill();
    const first = this.queue.shift();
    if (first === undefined) return null;
    const element = await first;
    this.fill();
    return element;
  }
  stop() { this.ended = true; }
}
export const ahead = (advance, size) => new Ahead(advance, size);

export const install_iteration = (cls, begin) => {
  Object.defineProperty(cls, Symbol.asyncIterator, {
    configurable: true,
    value() {
      const iteration = begin(this);
      const ended = () => ({done: true, value: undefined});
      return {
        async next() {
          const [done, value] = await drive(iteration.advance_pair());
          return done ? ended() : {done: false, value};
        },
        async return() { iteration.close(); return ended(); },
        [Symbol.asyncIterator]() { return this; },
      };
    },
  });
  return null;
};
""",
)
