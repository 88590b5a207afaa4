// What a page passes as data → what can be sent to a worker, with a list of what moves there instead of being copied.

import { error } from "py:pybrowserml.platform.errors";
import { isImage } from "../model/images.js";

const isData = (value) => "data" in value && "shape" in value;

const bitmapOf = async (image) => {
  try {
    return await createImageBitmap(image);
  } catch (problem) {
    const reason =
      problem.name === "InvalidStateError" ? "it has no pixels; has it loaded?" : problem.message;
    throw error("ArgumentError", `the image cannot be read: ${reason}`);
  }
};

/**
 * [data, moved]: data without what belongs to the page alone. Typed arrays are copied, for the page may go on with its
 * own; images become bitmaps. Everything is read before the first wait; `data` is a promise where images are to be read.
 */
export const portable = (value) => {
  const moved = [];
  const waiting = [];

  const images = (image, put) =>
    waiting.push(
      bitmapOf(image).then((bitmap) => {
        moved.push(bitmap);
        put(bitmap);
      }),
    );

  // The result stands at `key` of `owner`.
  const carry = (owner, key, part) => {
    if (part === null || typeof part !== "object") {
      owner[key] = part;
    } else if (ArrayBuffer.isView(part) && !(part instanceof DataView)) {
      owner[key] = part.slice();
      moved.push(owner[key].buffer);
    } else if (typeof ImageData === "function" && part instanceof ImageData) {
      owner[key] = part;
    } else if (isImage(part)) {
      images(part, (bitmap) => (owner[key] = bitmap));
    } else if (Array.isArray(part)) {
      owner[key] = typeof part[0] === "object" ? [] : part;
      if (owner[key] !== part) part.forEach((item, i) => carry(owner[key], i, item));
    } else if (isData(part)) {
      owner[key] = { shape: Array.from(part.shape) };
      if (part.dtype !== undefined) owner[key].dtype = part.dtype;
      carry(owner[key], "data", part.data);
    } else {
      owner[key] = {};
      for (const [name, item] of Object.entries(part)) carry(owner[key], name, item);
    }
  };

  const root = {};
  carry(root, "value", value);
  const data = waiting.length > 0 ? Promise.all(waiting).then(() => root.value) : root.value;
  return [data, moved];
};
