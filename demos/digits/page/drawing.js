// The drawing area, and how a drawing becomes an image like those of MNIST.

const INK = 20; // width of the brush, on a canvas of 280

/**
 * Lets a person draw on a canvas with mouse, pen or finger. changed(): called after each stroke segment and
 * after clearing. Returns { clear, empty }.
 */
export const drawingPad = (canvas, changed) => {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let last = null;
  let empty = true;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  };
  const line = (from, to) => {
    context.strokeStyle = "#fff";
    context.lineWidth = INK;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    empty = false;
  };
  const clear = () => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    empty = true;
    changed();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    line(last, last);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null) return;
    for (const point of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(point);
      line(last, next);
      last = next;
    }
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => (last = null));
  }
  addEventListener("keydown", (event) => {
    if (["Escape", "Delete", "Backspace"].includes(event.key)) clear();
  });
  return { clear, empty: () => empty };
};

/**
 * Draws the ink of `pad` on the 28 × 28 canvas `seen` as MNIST's makers did: scaled into a box of 20 × 20 with
 * its proportions kept, and moved so that its centre of mass is the centre of the image.
 */
export const likeMnist = (pad, seen) => {
  const context = seen.getContext("2d", { willReadFrequently: true });
  const box = inkBox(pad);
  context.fillStyle = "#000";
  context.fillRect(0, 0, 28, 28);
  if (box === null) return;
  const scale = 20 / Math.max(box.width, box.height);
  const [width, height] = [box.width * scale, box.height * scale];
  context.imageSmoothingQuality = "high";
  const draw = (x, y) =>
    context.drawImage(pad, box.left, box.top, box.width, box.height, x, y, width, height);
  const shiftX = 14 - box.massX * scale;
  const shiftY = 14 - box.massY * scale;
  draw(Math.round(shiftX), Math.round(shiftY));
};

/** The rectangle of the ink, and the centre of its mass within; null without ink. */
const inkBox = (pad) => {
  const { width, height } = pad;
  const { data } = pad
    .getContext("2d", { willReadFrequently: true })
    .getImageData(0, 0, width, height);
  let [left, top, right, bottom, mass, sumX, sumY] = [width, height, -1, -1, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = data[(y * width + x) * 4 + 3];
      if (ink === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
      mass += ink;
      sumX += ink * (x + 0.5);
      sumY += ink * (y + 0.5);
    }
  }
  if (mass === 0) return null;
  return {
    left,
    top,
    width: right - left + 1,
    height: bottom - top + 1,
    massX: sumX / mass - left,
    massY: sumY / mass - top,
  };
};
