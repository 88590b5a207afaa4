"""JavaScript twin of platform/zips. An archive to read is a Blob, of which only what is needed is read."""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const most = 0xffffffff;
let table = null;
const crc32 = (data) => {
  table ??= Uint32Array.from({length: 256}, (_, i) => {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let value = -1;
  for (let i = 0; i < data.length; i++) value = table[(value ^ data[i]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
};
/** The bytes of [number of bytes, value] fields, little endian. */
const packed = (fields) => {
  const bytes = [];
  for (const [size, value] of fields) for (let i = 0; i < size; i++) bytes.push((value / 2 ** (8 * i)) & 255);
  return Uint8Array.from(bytes);
};
const firstDay = 33; // 1980-01-01: archives of equal files are equal
export const zipped = (files) => {
  const parts = [];
  const heads = [];
  let offset = 0;
  let headBytes = 0;
  const add = (list, ...added) => added.reduce((total, part) => { list.push(part); return total + part.length; }, 0);
  for (const [name, data] of files) {
    const label = new TextEncoder().encode(name);
    const shared = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, firstDay], [4, crc32(data)], [4, data.length],
      [4, data.length], [2, label.length], [2, 0]];
    headBytes += add(heads, packed([[4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    offset += add(parts, packed([[4, 0x04034b50], ...shared]), label, data);
  }
  if (offset + headBytes > most) throw error('ArgumentError', 'a zip archive of more than 4 GiB is not written');
  const end = packed([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, headBytes], [4, offset], [2, 0]]);
  const made = new Uint8Array(offset + headBytes + end.length);
  let place = 0;
  for (const part of [...parts, ...heads, end]) { made.set(part, place); place += part.length; }
  return made;
};

const broken = (blob) => error('FormatError', `${blob.name ?? 'the given files'}: no intact zip archive`);
const viewOf = async (blob, start, end) => {
  if (start < 0 || end > blob.size) throw broken(blob);
  return new DataView(await blob.slice(start, end).arrayBuffer());
};
const inflated = async (blob, part, size) => {
  const reader = part.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const made = new Uint8Array(size);
  let place = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      made.set(step.value, place);
      place += step.value.length;
    }
  } catch {
    reader.cancel().catch(() => {});
    throw broken(blob);
  }
  if (place !== size) throw broken(blob);
  return made;
};
const directory = async (blob) => {
  const tail = await viewOf(blob, Math.max(0, blob.size - 65557), blob.size);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw broken(blob);
  const start = tail.getUint32(at + 16, true);
  const heads = await viewOf(blob, start, start + tail.getUint32(at + 12, true));
  const found = [];
  let place = 0;
  while (place + 46 <= heads.byteLength && heads.getUint32(place, true) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((field) => heads.getUint16(place + field, true));
    if (place + 46 + name > heads.byteLength) throw broken(blob);
    found.push({
      label: new TextDecoder().decode(new Uint8Array(heads.buffer, place + 46, name)),
      method: heads.getUint16(place + 10, true),
      crc: heads.getUint32(place + 16, true),
      stored: heads.getUint32(place + 20, true),
      size: heads.getUint32(place + 24, true),
      start: heads.getUint32(place + 42, true),
    });
    place += 46 + name + extra + comment;
  }
  return found;
};
export const find_in_zip = async (blob, name, limit) => {
  const entries = (await directory(blob)).filter(({label}) => `/${label}`.endsWith(`/${name}`));
  if (entries.length === 0) return undefined;
  const entry = entries.reduce((best, next) => (next.label.length < best.label.length ? next : best));
  if (entry.size > limit) throw error('FormatError', `${name}: ${entry.size} bytes are over the limit of ${limit}`);
  const head = await viewOf(blob, entry.start, entry.start + 30);
  const start = entry.start + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const part = blob.slice(start, start + entry.stored);
  // Deflate shortens to a 1032nd at most; no memory is taken for sizes that cannot be.
  const possible = entry.method === 8 ? entry.size <= 1032 * entry.stored : entry.method === 0 && entry.size === entry.stored;
  if (part.size !== entry.stored || !possible) throw broken(blob);
  const data = entry.method === 8 ? await inflated(blob, part, entry.size) : new Uint8Array(await part.arrayBuffer());
  if (data.length !== entry.size || crc32(data) !== entry.crc) throw broken(blob);
  return data;
};
""",
)
