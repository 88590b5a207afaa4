// What only a page has: files, images and canvases, videos, cameras and microphones. `run(pb)` gives what it found.

const pictures = ["./pictures/cat/0.png", "./pictures/cat/1.png", "./pictures/dog/2.png"];

const told = async (tensor) => {
  const { data, shape, dtype } = await tensor.data();
  return { data: Array.from(data), shape, dtype };
};
const failure = async (action) => {
  try {
    await action();
    return null;
  } catch (problem) {
    return `${problem.name}: ${problem.message}`;
  }
};
const loaded = async (address) => {
  const element = new Image();
  element.src = address;
  await element.decode();
  return element;
};
const fileOf = async (address, name) => new File([await (await fetch(address)).blob()], name);

const files = async (pb) => {
  const text = "a,b\n1,x\n2,y\n";
  const table = new File([text], "small.csv");
  const broken = pb.data.csv(new File(["a\n1\nq\n"], "small.csv"), { dtypes: "float32" });
  return {
    file: await pb.data.csv(table, { labelColumns: "b" }).toArray(),
    bytes: await pb.data.csv(new TextEncoder().encode(text)).toArray(),
    lines: await pb.data.text(new Blob(["eins\nzwei"])).toArray(),
    failed: await failure(() => broken.toArray()),
    missing: await failure(() => pb.data.csv("./nowhere.csv").toArray()),
  };
};

const images = async (pb) => {
  const element = await loaded(pictures[0]);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [element.naturalWidth, element.naturalHeight];
  canvas.getContext("2d").drawImage(element, 0, 0);
  const imageData = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const offscreen = new OffscreenCanvas(canvas.width, canvas.height);
  offscreen.getContext("2d").drawImage(canvas, 0, 0);
  const bitmap = await createImageBitmap(canvas);
  const sources = { element, canvas, imageData, offscreen, bitmap };
  const found = { address: await told(await pb.data.image(pictures[0])) };
  for (const [name, source] of Object.entries(sources)) {
    found[name] = await told(pb.data.fromPixels(source));
  }
  found.frame = await told(pb.data.fromPixels(new VideoFrame(canvas, { timestamp: 0 })));
  found.blob = await told(await pb.data.image(await fileOf(pictures[0], "cat.png")));
  found.grey = await told(pb.data.fromPixels(imageData, { channels: 1 }));
  found.alpha = await told(pb.data.fromPixels(imageData, 4));

  const target = document.createElement("canvas");
  const shown = await pb.data.toPixels(pb.ops.divide(pb.data.fromPixels(canvas), 255), target);
  found.shown = Array.from(shown.data);
  found.drawn = Array.from(
    target.getContext("2d").getImageData(0, 0, target.width, target.height).data,
  );
  found.failed = [
    await failure(() => pb.data.toPixels([[2.5]])),
    await failure(() => pb.data.fromPixels("x")),
    await failure(() => pb.data.fromPixels(canvas, 2)),
    await failure(() => pb.data.image(new Blob(["no image"]))),
    await failure(() => pb.data.images("./pictures")),
    await failure(() => pb.data.fromPixels(new Image())),
  ];
  return found;
};

const imageSet = async (pb) => {
  const listed = pb.data.images(pictures, { labels: "inferred", imageSize: [3, 2] }).batch(3);
  const [[x, y]] = await listed.toArray();
  const picked = [await fileOf(pictures[2], "b.png"), await loaded(pictures[0])];
  const plain = await pb.data.images(picked, { channels: 1 }).toArray();
  const mixed = pb.data.images(pictures, { labels: [0, 1, 2], shuffle: true, seed: 4 });
  const orders = [];
  for (let pass = 0; pass < 2; pass++)
    orders.push((await mixed.toArray()).map(([, label]) => label));
  return {
    x: { data: Array.from(x.data), shape: x.shape, dtype: x.dtype },
    y: Array.from(y.data),
    plain: plain.map(({ shape, dtype }) => [shape, dtype]),
    orders,
  };
};

const arrays = async (pb) => {
  const x = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
  const alone = await pb.data.dataset(x).toArray();
  const pairs = await pb.data.fromArrays([5, 6], x).toArray();
  const named = await pb.data
    .fromArrays({ a: x, b: Float32Array.of(7, 8) })
    .batch(2)
    .toArray();
  const state = JSON.parse(JSON.stringify(pb.data.range(3).shuffle(3, { seed: 1 }).state()));
  return {
    alone: alone.map(({ data, shape }) => [Array.from(data), shape]),
    pairs: pairs.map(([number, { data }]) => [number, Array.from(data)]),
    named: [Array.from(named[0].a.data), Array.from(named[0].b.data)],
    state: Object.keys(state),
  };
};

// A film, red first and blue then, and how many seconds it was drawn.
const recorded = async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [32, 16];
  const context = canvas.getContext("2d");
  const draw = async (color) => {
    context.fillStyle = color;
    context.fillRect(0, 0, 32, 16);
    await new Promise((resolve) => setTimeout(resolve, 33));
  };
  await draw("#f00");
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => data.size > 0 && parts.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  const start = performance.now();
  recorder.start(100);
  // On a busy machine the recorder begins late: red until it has some of it.
  for (let i = 0; i < 15 || parts.length < 2; i++) await draw("#f00");
  for (let i = 0; i < 15; i++) await draw("#00f");
  const seconds = (performance.now() - start) / 1000;
  recorder.stop();
  await ended;
  return { blob: new Blob(parts, { type: "video/webm" }), seconds };
};

const film = async (pb) => {
  const { blob, seconds } = await recorded();
  const frames = await pb.data.video(blob, { frameRate: 8 }).toArray();
  const middle = ({ data }) => Array.from(data.subarray((8 * 32 + 16) * 3, (8 * 32 + 16) * 3 + 3));
  return {
    count: frames.length,
    seconds,
    shape: frames[0].shape,
    dtype: frames[0].dtype,
    colors: [middle(frames[0]), middle(frames.at(-1))],
    failed: await failure(() => pb.data.video(new Blob(["no film"])).toArray()),
  };
};

const camera = async (pb) => {
  const element = document.createElement("video");
  const cam = await pb.data.webcam(element, { resizeWidth: 40, resizeHeight: 30 });
  const first = await told(await cam.capture());
  let count = 0;
  for await (const frame of cam) {
    count += frame.shape[0] === 30 ? 1 : 0;
    if (count === 2) break;
  }
  const batches = await pb.data
    .fromGenerator(() => cam)
    .batch(2)
    .take(1)
    .toArray();
  const playing = element.srcObject !== null;
  cam.stop();
  const stopped = await failure(() => cam.capture());
  await cam.start();
  const again = (await cam.capture()).shape;
  cam.stop();
  const cropped = await pb.data.webcam({ resizeWidth: 20, resizeHeight: 20, centerCrop: true });
  const square = (await cropped.capture()).shape;
  cropped.stop();
  return {
    shape: first.shape,
    dtype: first.dtype,
    values: new Set(first.data).size,
    count,
    batch: batches[0].shape,
    playing,
    stopped,
    again,
    square,
    failed: await failure(() => pb.data.webcam({ resizeWidth: 20 })),
  };
};

const sound = async (pb) => {
  const ear = await pb.data.microphone({
    fftSize: 256,
    columnsTruncateLength: 100,
    numFramesPerSpectrogram: 5,
    includeWaveform: true,
  });
  const { spectrogram, waveform } = await ear.capture();
  let loud = false;
  for (let i = 0; i < 40 && !loud; i++) {
    const wave = (await (await ear.capture()).waveform.data()).data;
    loud = wave.some((x) => x !== 0);
  }
  const rate = ear.sampleRate();
  ear.stop();
  return {
    spectrogram: spectrogram.shape,
    waveform: waveform.shape,
    finite: (await waveform.data()).data.every(Number.isFinite),
    loud,
    rate,
    stopped: await failure(() => ear.capture()),
    failed: await failure(() => pb.data.microphone({ fftSize: 100 })),
  };
};

const asynchronous = async (pb) => {
  const events = [];
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const made = async function* () {
    try {
      for (let i = 0; i < 4; i++) {
        events.push(`made ${i}`);
        await pause(1);
        yield { xs: [i, i + 0.5], ys: i };
      }
    } finally {
      events.push("closed");
    }
  };
  const dataset = pb.data.fromGenerator(async () => made());
  for await (const { ys } of dataset) {
    if (ys === 1) break;
  }
  const closed = events.splice(0);
  for await (const { ys } of dataset.prefetch(2)) {
    await pause(20);
    events.push(`used ${ys}`);
  }
  const doubled = dataset.map(async ({ xs }) => {
    await pause(1);
    return pb.ops.multiply(xs, 2);
  });
  const numbers = (await doubled.batch(4).toArray())[0];
  const once = pb.data.fromGenerator(made());
  await once.toArray();
  return {
    closed,
    events,
    numbers: { data: Array.from(numbers.data), shape: numbers.shape },
    again: await failure(() => once.toArray()),
    failed: await failure(() => pb.data.fromGenerator(async () => 5).toArray()),
    thrown: await failure(() =>
      pb.data
        .range(3)
        .map(() => {
          throw new RangeError("mine");
        })
        .toArray(),
    ),
  };
};

export const run = async (pb, engine) => {
  await pb.setBackend(engine);
  const works = { arrays, asynchronous, images, imageSet };
  if (engine === "cpu") Object.assign(works, { files, film, camera, sound });
  const found = {};
  for (const [name, work] of Object.entries(works)) found[name] = await work(pb);
  return found;
};
