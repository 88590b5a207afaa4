// The plane: points, and behind them what the net thinks of every place.

const COLOURS = [
  [47, 95, 208],
  [217, 105, 43],
];
/** The decision surface is asked for on a grid of this many places a side. */
export const GRID = 48;

/** All places of the grid, row by row: { data, shape: [GRID * GRID, 2] }. */
export const gridPlaces = () => {
  const data = new Float32Array(GRID * GRID * 2);
  for (let i = 0; i < GRID * GRID; i++) {
    data[2 * i] = toPlane((i % GRID) + 0.5, GRID);
    data[2 * i + 1] = -toPlane(Math.floor(i / GRID) + 0.5, GRID);
  }
  return { data, shape: [GRID * GRID, 2] };
};

const toPlane = (at, size) => (2 * at) / size - 1;

/**
 * A canvas that shows points and a surface. add(x, y, other): called for clicks and for Enter at the keyboard's
 * cursor; other is true for the right button or Shift.
 */
export const planeOn = (canvas, add) => {
  const context = canvas.getContext("2d");
  const surface = Object.assign(document.createElement("canvas"), { width: GRID, height: GRID });
  const surfaceContext = surface.getContext("2d");
  let cursor = null;
  let points = [];

  const draw = () => {
    const { width, height } = canvas;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = true;
    context.drawImage(surface, 0, 0, width, height);
    for (const [x, y, kind] of points) dot(x, y, kind);
    if (cursor !== null) cross(...cursor);
  };
  const pixel = (x, y) => [((x + 1) * canvas.width) / 2, ((1 - y) * canvas.height) / 2];
  const dot = (x, y, kind) => {
    context.beginPath();
    context.arc(...pixel(x, y), 6, 0, 2 * Math.PI);
    context.fillStyle = `rgb(${COLOURS[kind].join(" ")})`;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "#fff";
    context.stroke();
  };
  const cross = (x, y) => {
    const [left, top] = pixel(x, y);
    context.strokeStyle = "#111";
    context.lineWidth = 2;
    context.strokeRect(left - 8, top - 8, 16, 16);
  };

  canvas.addEventListener("pointerdown", (event) => {
    const box = canvas.getBoundingClientRect();
    const x = toPlane(event.clientX - box.left, box.width);
    const y = -toPlane(event.clientY - box.top, box.height);
    add(x, y, event.button === 2 || event.shiftKey);
  });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && cursor !== null) {
      add(...cursor, event.shiftKey);
    } else if (event.key in moves) {
      event.preventDefault();
      const within = (value) => Math.max(-0.95, Math.min(0.95, value));
      const [x, y] = cursor ?? [0, 0];
      cursor = [within(x + 0.05 * moves[event.key][0]), within(y + 0.05 * moves[event.key][1])];
      draw();
    }
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    draw();
  });

  draw();
  return {
    showPoints(given) {
      points = given;
      draw();
    },
    /** probabilities: of the second class, one per place of the grid; null clears the surface. */
    showSurface(probabilities) {
      surfaceContext.clearRect(0, 0, GRID, GRID);
      if (probabilities !== null) surfaceContext.putImageData(shade(probabilities), 0, 0);
      draw();
    },
  };
};

const shade = (probabilities) => {
  const image = new ImageData(GRID, GRID);
  probabilities.forEach((probability, i) => {
    const side = COLOURS[probability < 0.5 ? 0 : 1];
    const strength = 0.15 + 0.9 * Math.abs(probability - 0.5);
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * i + channel] = 255 + (side[channel] - 255) * strength;
    }
    image.data[4 * i + 3] = 255;
  });
  return image;
};
