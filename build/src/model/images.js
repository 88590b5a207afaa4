// Images, canvases and videos as the numbers that an input of the model takes.

import { error } from "py:pybrowserml.platform.errors";

const KINDS = [
  "HTMLCanvasElement",
  "OffscreenCanvas",
  "HTMLImageElement",
  "ImageBitmap",
  "ImageData",
  "HTMLVideoElement",
  "SVGImageElement",
  "VideoFrame",
];

/** Whether a value is something that a canvas can draw. */
export const isImage = (value) =>
  value !== null &&
  typeof value === "object" &&
  KINDS.some((kind) => typeof globalThis[kind] === "function" && value instanceof globalThis[kind]);

const sizeOf = (image) => [
  image.naturalWidth || image.videoWidth || image.displayWidth || image.width,
  image.naturalHeight || image.videoHeight || image.displayHeight || image.height,
];

const makeCanvas = (width, height) => {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
};

// Height, width and channels of an input, null where the model takes any size.
const layoutOf = (spec) => {
  const [, height, width, channels] = spec.shape;
  const known = (dim) => (typeof dim === "number" ? dim : null);
  if (spec.shape.length === 3)
    return { height: known(height), width: known(width), channels: 1, rank: 3 };
  if (spec.shape.length === 4 && [1, 3, 4].includes(channels)) {
    return { height: known(height), width: known(width), channels, rank: 4 };
  }
  const shape = spec.shape.map((dim) => (typeof dim === "number" ? dim : "batch"));
  throw error(
    "ArgumentError",
    `input '${spec.name}' takes (${shape.join(", ")}), which is no image of 1, 3 or 4 channels; pass numbers`,
  );
};

/**
 * A batch of images as { data, shape }: each is drawn to the model's height and width, on black; one channel is grey
 * (0.299 R + 0.587 G + 0.114 B), three are RGB, four RGBA. Pixels are scaled from 0..255 to the spec's `pixels`.
 */
export const imageBatch = (images, spec) => {
  const { height, width, channels, rank } = layoutOf(spec);
  for (const image of images) {
    if (!sizeOf(image).every((side) => side > 0)) {
      throw error("ArgumentError", `input '${spec.name}': the image has no pixels; has it loaded?`);
    }
  }
  const [ownWidth, ownHeight] = sizeOf(images[0]);
  const [rows, columns] = [height ?? ownHeight, width ?? ownWidth];
  const size = rows * columns * channels;
  const [low, high] = spec.pixels ?? [0, 255];
  const whole = !spec.dtype.startsWith("float");
  const data = whole
    ? new Int32Array(images.length * size)
    : new Float32Array(images.length * size);
  const canvas = makeCanvas(columns, rows);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  const scale = whole ? 1 : (high - low) / 255;
  const offset = whole ? 0 : low;
  images.forEach((image, index) => {
    const pixels = pixelsOf(image, context, columns, rows, channels < 4, spec);
    let at = index * size;
    for (let i = 0; i < pixels.length; i += 4) {
      if (channels === 1) {
        const grey = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
        data[at++] = (whole ? Math.round(grey) : grey) * scale + offset;
      } else {
        for (let channel = 0; channel < channels; channel++)
          data[at++] = pixels[i + channel] * scale + offset;
      }
    }
  });
  const shape = [images.length, rows, columns];
  return { data, shape: rank === 4 ? [...shape, channels] : shape };
};

const pixelsOf = (image, context, width, height, opaque, spec) => {
  context.clearRect(0, 0, width, height);
  if (opaque) {
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
  }
  try {
    context.drawImage(drawable(image), 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  } catch (problem) {
    const reason =
      problem.name === "SecurityError"
        ? "it comes from another origin that does not share it (use crossorigin and CORS)"
        : problem.message;
    throw error("ArgumentError", `input '${spec.name}': the image cannot be read: ${reason}`);
  }
};

// A canvas draws anything but ImageData.
const drawable = (image) => {
  if (typeof ImageData !== "function" || !(image instanceof ImageData)) return image;
  const canvas = makeCanvas(image.width, image.height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
};
