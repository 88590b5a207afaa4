"""JavaScript twin of platform/pixels."""

from .errors import error  # noqa: F401
from .files import address_of, fetch_file  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const kinds = ['HTMLCanvasElement', 'OffscreenCanvas', 'HTMLImageElement', 'ImageBitmap', 'ImageData', 'HTMLVideoElement',
  'SVGImageElement', 'VideoFrame'];
export const is_picture = (value) => value !== null && typeof value === 'object'
  && kinds.some((kind) => typeof globalThis[kind] === 'function' && value instanceof globalThis[kind]);

let canvas = null;
const contextOf = (width, height) => {
  if (canvas === null) {
    canvas = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(1, 1) : document.createElement('canvas');
  }
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.clearRect(0, 0, width, height);
  return context;
};
const plain = (data) => new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
const reason = (problem) => (problem.name === 'SecurityError'
  ? 'it comes from another origin that does not share it (use crossorigin and CORS)' : problem.message);
// What `draw` paints on a canvas of this size.
const painted = (width, height, draw) => {
  if (!(width > 0 && height > 0)) throw error('ArgumentError', 'the image has no pixels; has it loaded?');
  const context = contextOf(width, height);
  try {
    draw(context);
    return [plain(context.getImageData(0, 0, width, height).data), height, width];
  } catch (problem) {
    throw error('ArgumentError', `the image cannot be read: ${reason(problem)}`);
  }
};
export const pixels_of = (picture) => {
  if (typeof ImageData === 'function' && picture instanceof ImageData) return [plain(picture.data), picture.height, picture.width];
  const width = picture.naturalWidth || picture.videoWidth || picture.displayWidth || picture.width;
  const height = picture.naturalHeight || picture.videoHeight || picture.displayHeight || picture.height;
  return painted(width, height, (context) => context.drawImage(picture, 0, 0, width, height));
};
const blobOf = async (source, label) => {
  if (source instanceof Blob) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return new Blob([source]);
  const answer = await fetch_file(address_of(source)).catch((problem) => {
    throw error('FormatError', `${label}: ${problem.message}`);
  });
  if (!answer.ok) throw error('FormatError', `${label}: no such file (status ${answer.status})`);
  return answer.blob();
};
export const decode_picture = async (source) => {
  const label = typeof source === 'string' || source instanceof URL ? String(source) : (source?.name ?? 'the given bytes');
  if (is_picture(source)) return pixels_of(source);
  if (typeof createImageBitmap !== 'function') throw error('EngineError', 'images can be read in a page only');
  const blob = await blobOf(source, label);
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, {premultiplyAlpha: 'none', colorSpaceConversion: 'none'});
  } catch {
    throw error('FormatError', `${label}: this is no image that can be read`);
  }
  try {
    return pixels_of(bitmap);
  } finally {
    bitmap.close();
  }
};
export const pick_channels = (pixels, channels) => {
  if (channels === 4) return pixels;
  const count = pixels.length / 4;
  const picked = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++) {
    const at = i * 4;
    if (channels === 1) {
      picked[i] = (pixels[at] * 19595 + pixels[at + 1] * 38470 + pixels[at + 2] * 7471 + 0x8000) >> 16;
    } else {
      picked[i * 3] = pixels[at];
      picked[i * 3 + 1] = pixels[at + 1];
      picked[i * 3 + 2] = pixels[at + 2];
    }
  }
  return picked;
};
export const spread_channels = (data, channels) => {
  const count = data.length / channels;
  const pixels = new Uint8Array(count * 4).fill(255);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < Math.max(channels, 3); j++) pixels[i * 4 + j] = data[i * channels + (channels === 1 ? 0 : j)];
  }
  return pixels;
};
export const outside = (data, low, high) => {
  for (let i = 0; i < data.length; i++) if (!(data[i] >= low && data[i] <= high)) return data[i];
  return null;
};
export const scaled_bytes = (data) => Uint8Array.from(data, (x) => Math.floor(x * 255 + 0.5));
export const draw_pixels = (pixels, height, width, target) => {
  target.width = width;
  target.height = height;
  target.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
};

const inPage = (what, ready) => {
  if (!ready) throw error('EngineError', `there is no ${what} here: it belongs to a page of https or localhost`);
};
const asked = async (what, wish) => {
  inPage(what, globalThis.navigator?.mediaDevices?.getUserMedia !== undefined);
  try {
    return await navigator.mediaDevices.getUserMedia(wish);
  } catch (problem) {
    throw error('EngineError', `the ${what} cannot be used: ${problem.name}: ${problem.message}`);
  }
};
const stopped = (stream) => { for (const track of stream?.getTracks() ?? []) track.stop(); };
const event = (target, name) => new Promise((resolve, reject) => {
  target.addEventListener(name, () => resolve(), {once: true});
  target.addEventListener('error', () => reject(error('EngineError', 'the video cannot be played')), {once: true});
});
const shownFrame = (video) => new Promise((resolve) => {
  if (typeof video.requestVideoFrameCallback === 'function') video.requestVideoFrameCallback(() => resolve());
  else requestAnimationFrame(() => resolve());
});

class Camera {
  constructor(video, wish) { this.video = video ?? document.createElement('video'); this.wish = wish; this.stream = null; this.fresh = false; }
  async start() {
    if (this.stream !== null) return;
    this.stream = await asked('camera', {video: this.wish, audio: false});
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.srcObject = this.stream;
    if (this.video.readyState < 2) await event(this.video, 'loadeddata');
    await this.video.play();
  }
  async grab(width, height, crop) {
    if (this.stream === null) throw error('EngineError', 'the camera is stopped: start() it');
    await shownFrame(this.video);
    const [ownWidth, ownHeight] = [this.video.videoWidth, this.video.videoHeight];
    const [wantedWidth, wantedHeight] = [width ?? ownWidth, height ?? ownHeight];
    // The largest part in the middle that has the wanted proportions.
    const scale = crop ? Math.min(ownWidth / wantedWidth, ownHeight / wantedHeight) : 0;
    const [cutWidth, cutHeight] = crop ? [wantedWidth * scale, wantedHeight * scale] : [ownWidth, ownHeight];
    return painted(wantedWidth, wantedHeight, (context) => context.drawImage(this.video,
      (ownWidth - cutWidth) / 2, (ownHeight - cutHeight) / 2, cutWidth, cutHeight, 0, 0, wantedWidth, wantedHeight));
  }
  stop() {
    stopped(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }
}
export const open_camera = async (video, facing, device, width, height) => {
  inPage('camera', typeof document === 'object');
  const wish = {};
  if (device !== null) wish.deviceId = {exact: device};
  else if (facing !== null) wish.facingMode = facing;
  if (width !== null) wish.width = {ideal: width};
  if (height !== null) wish.height = {ideal: height};
  const camera = new Camera(video, wish);
  await camera.start();
  return camera;
};

class Film {
  constructor(video, address) { this.video = video; this.address = address; this.duration = video.duration; }
  async frame_at(seconds) {
    const there = Math.abs(this.video.currentTime - seconds) < 1e-6 && this.video.readyState >= 2;
    if (!there) {
      const arrived = event(this.video, 'seeked');
      this.video.currentTime = seconds;
      await arrived;
    }
    return pixels_of(this.video);
  }
  close() { if (this.address !== null) URL.revokeObjectURL(this.address); }
}
export const open_video = async (source) => {
  inPage('video', typeof document === 'object');
  if (source instanceof HTMLVideoElement) {
    if (source.readyState < 2) await event(source, 'loadeddata');
    source.pause();
    return new Film(source, null);
  }
  const video = document.createElement('video');
  const address = source instanceof Blob ? URL.createObjectURL(source) : null;
  video.muted = true;
  video.preload = 'auto';
  video.crossOrigin = 'anonymous';
  const loaded = event(video, 'loadeddata');
  video.src = address ?? String(source);
  await loaded;
  // A film that was recorded in the page does not know how long it is until its end was looked for.
  if (!Number.isFinite(video.duration)) {
    const known = event(video, 'seeked');
    video.currentTime = 1e10;
    await known;
  }
  return new Film(video, address);
};

class Microphone {
  constructor(rate, size, smoothing, device) { Object.assign(this, {wanted: rate, size, smoothing, device, stream: null}); }
  async start() {
    if (this.stream !== null) return;
    this.stream = await asked('microphone', {audio: this.device === null ? true : {deviceId: {exact: this.device}}, video: false});
    this.context = new AudioContext(this.wanted === null ? {} : {sampleRate: this.wanted});
    await this.context.resume();
    this.rate = this.context.sampleRate;
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = this.size * 2;
    this.analyser.smoothingTimeConstant = this.smoothing;
    this.context.createMediaStreamSource(this.stream).connect(this.analyser);
  }
  async listen(count, bins) {
    if (this.stream === null) throw error('EngineError', 'the microphone is stopped: start() it');
    const decibels = new Float32Array(count * bins);
    const samples = new Float32Array(count * this.size);
    const frequencies = new Float32Array(this.size);
    const wave = new Float32Array(this.size * 2);
    const step = this.size / this.rate;
    const start = this.context.currentTime;
    for (let i = 0; i < count; i++) {
      while (this.stream !== null && this.context.currentTime < start + (i + 1) * step) {
        const wait = (start + (i + 1) * step - this.context.currentTime) * 1000;
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(wait, 50))));
      }
      if (this.stream === null) throw error('EngineError', 'the microphone was stopped');
      this.analyser.getFloatFrequencyData(frequencies);
      this.analyser.getFloatTimeDomainData(wave);
      decibels.set(frequencies.subarray(0, bins), i * bins);
      samples.set(wave.subarray(this.size), i * this.size);
    }
    return [decibels, samples];
  }
  stop() {
    stopped(this.stream);
    this.stream = null;
    this.context?.close();
  }
}
export const open_microphone = async (rate, size, smoothing, device) => {
  inPage('microphone', typeof AudioContext === 'function');
  const microphone = new Microphone(rate, size, smoothing, device);
  await microphone.start();
  return microphone;
};
""",
)
