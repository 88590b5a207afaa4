"""JavaScript twin of platform/wasm: the only place that calls WebAssembly."""

__pragma__(
    "js",
    "{}",
    """
const PAGE = 65536;
// What vectors may read behind the last element.
const BEHIND = 64;
const seen = (wasm) => {
  const buffer = wasm.buffer;
  const f32 = new Float32Array(buffer);
  return {f32: f32, i32: new Int32Array(buffer), f64: new Float64Array(buffer),
    count: f32.length - BEHIND / 4, buffer: buffer, wasm: wasm};
};
const pages = (count) => Math.ceil((count * 4 + BEHIND) / PAGE);
export const wasm_memory = (count) => seen(new WebAssembly.Memory({initial: pages(count)}));
// A shared memory reserves its addresses, of which a small device may have fewer.
const MOST = 32768;
export const shared_wasm_memory = (count) => {
  for (let maximum = MOST; maximum >= 4096; maximum /= 2) {
    try {
      return seen(new WebAssembly.Memory({initial: pages(count), maximum, shared: true}));
    } catch (caught) {
      if (!(caught instanceof RangeError)) return null;
    }
  }
  return null;
};
// A growth reaches other threads a little later, at the latest when they ask for it.
export const seen_memory = (wasm, count) => {
  if (wasm.buffer.byteLength < count * 4) wasm.grow(0);
  return seen(wasm);
};
export const grow = (block, count) => {
  block.wasm.grow(pages(count) - block.buffer.byteLength / PAGE);
  return seen(block.wasm);
};
export const is_valid = (code) => typeof WebAssembly === 'object' && WebAssembly.validate(code);
// Modules are a few kilobytes, so that to compile at once is a matter of microseconds.
export const instantiate = (code, block, functions = null) => {
  try {
    const given = {m: {m: block.wasm}, c: functions ?? []};
    return new WebAssembly.Instance(new WebAssembly.Module(code), given).exports;
  } catch (caught) {
    return null;
  }
};
""",
)
