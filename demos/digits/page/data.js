// Digits to learn from, as idx files of unsigned bytes: two zeros, 8, the rank, big-endian sizes, the data.

/** Fetches an idx file: { data: Uint8Array, shape }. */
export const readIdx = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  const bytes = await response.arrayBuffer();
  const view = new DataView(bytes);
  const shape = Array.from({ length: view.getUint8(3) }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { data: new Uint8Array(bytes, 4 + 4 * shape.length), shape };
};

/** Images as the net wants them, 0 to 1 with a channel axis, and labels: { x, y }. */
export const readDigits = async (images, labels) => {
  const [x, y] = await Promise.all([readIdx(images), readIdx(labels)]);
  const pixels = new Float32Array(x.data.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = x.data[i] / 255;
  return {
    x: { data: pixels, shape: [...x.shape, 1] },
    y: { data: new Int32Array(y.data), shape: y.shape },
  };
};
