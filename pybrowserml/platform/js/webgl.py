"""JavaScript twin of platform/webgl: the only place that calls WebGL.

Textures are 2D arrays, RGBA32F (kind "f") or RGBA32I (kind "i"), without mipmaps; where the device can draw to half
floats only, those of kind "f" are RGBA16F. A program is a fragment shader behind
one fixed vertex shader, a triangle that covers the viewport; its integers arrive in the uniform array `u`, its textures
in the samplers s0, s1, ...
"""

from .buffers import bytes_of, from_numbers  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const vertexSource = `#version 300 es
precision highp float;
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

export const webgl_context = (canvas) => {
  const attributes = {
    alpha: false, antialias: false, depth: false, stencil: false, desynchronized: false,
    premultipliedAlpha: false, preserveDrawingBuffer: false, powerPreference: 'high-performance',
  };
  let gl = null;
  if (typeof WebGL2RenderingContext === 'undefined') return [null, 'this browser has no WebGL2'];
  try {
    if (canvas !== null) {
      gl = canvas.getContext('webgl2', attributes);
    } else if (typeof OffscreenCanvas === 'function') {
      gl = new OffscreenCanvas(1, 1).getContext('webgl2', attributes);
    }
    if (gl === null && canvas === null && typeof document !== 'undefined') {
      gl = document.createElement('canvas').getContext('webgl2', attributes);
    }
  } catch (caught) {
    gl = null;
  }
  if (gl === null || gl.isContextLost()) return [null, 'the browser gave no WebGL2 context'];
  const half = gl.getExtension('EXT_color_buffer_float') === null;
  if (half && gl.getExtension('EXT_color_buffer_half_float') === null) {
    return [null, 'the device cannot draw to float textures (EXT_color_buffer_float)'];
  }
  const state = {gl: gl, half: half, vertex: null, vertexArray: gl.createVertexArray(), parallel: null, lost: false, short: false,
    listeners: [], own: {}};
  state.parallel = gl.getExtension('KHR_parallel_shader_compile');
  state.vertex = gl.createShader(gl.VERTEX_SHADER);
  gl.shaderSource(state.vertex, vertexSource);
  gl.compileShader(state.vertex);
  return [state, null];
};

const allocate = ({gl, half}, kind, width, height, layers) => {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
  const format = kind === 'i' ? gl.RGBA32I : half ? gl.RGBA16F : gl.RGBA32F;
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, format, width, height, layers);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return texture;
};

const attach = (gl, textures, layers) => {
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  const buffers = [];
  for (let i = 0; i < textures.length; i++) {
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, textures[i], 0, layers[i]);
    buffers.push(gl.COLOR_ATTACHMENT0 + i);
  }
  gl.drawBuffers(buffers);
  return framebuffer;
};

// MAX_DRAW_BUFFERS is not the truth: a device may refuse eight 128-bit targets (Metal: 512 bits a pixel).
const renderable = (state, kind, count) => {
  const {gl} = state;
  const texture = allocate(state, kind, 4, 4, count);
  const framebuffer = attach(gl, Array(count).fill(texture), Array.from({length: count}, (_, i) => i));
  const complete = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.deleteFramebuffer(framebuffer);
  gl.deleteTexture(texture);
  return complete;
};

export const probe = (state) => {
  const gl = state.gl;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const most = Math.min(gl.getParameter(gl.MAX_DRAW_BUFFERS), gl.getParameter(gl.MAX_COLOR_ATTACHMENTS));
  let targets = 0;
  for (const count of [1, 2, 4, 8]) {
    if (count <= most && renderable(state, 'f', count) && renderable(state, 'i', count)) targets = count;
  }
  return dict({
    targets: targets,
    texture_size: gl.getParameter(gl.MAX_TEXTURE_SIZE),
    layers: gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS),
    units: gl.getParameter(gl.MAX_TEXTURE_IMAGE_UNITS),
    renderer: String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL)),
    parallel_compile: state.parallel !== null,
    half: state.half,
    // A context that is lost meanwhile tells nothing; the caller asks whether it is.
    float_bits: gl.getShaderPrecisionFormat(gl.FRAGMENT_SHADER, gl.HIGH_FLOAT)?.precision ?? 0,
  });
};

// Calls `lost()` when the context is lost and `restored()` when the canvas has a new one. What was made before belongs to
// the old one for ever, so a state stays lost.
export const watch_loss = (state, lost, restored) => {
  const onLost = (event) => { event.preventDefault(); state.lost = true; lost(); };
  state.listeners = [['webglcontextlost', onLost], ['webglcontextrestored', () => restored()]];
  for (const [name, listener] of state.listeners) state.gl.canvas.addEventListener(name, listener, false);
};
export const unwatch_loss = (state) => {
  for (const [name, listener] of state.listeners) state.gl.canvas.removeEventListener(name, listener, false);
  state.listeners = [];
};
export const canvas_of = (state) => state.gl.canvas;
export const is_lost = (state) => state.lost || state.short || state.gl.isContextLost();

// Whether there was no memory for something that was asked for, now or earlier: what was computed since is worth
// nothing, so the context is given up, and its memory with it.
export const ran_short = (state) => {
  const gl = state.gl;
  for (let problem = gl.getError(); problem !== gl.NO_ERROR && !gl.isContextLost(); problem = gl.getError()) {
    if (problem === gl.OUT_OF_MEMORY) state.short = true;
  }
  if (state.short) lose_context(state);
  return state.short;
};
export const was_short = (state) => state.short;

// null when the device has no memory left, if `asked`: getError waits until the GPU has worked off all it was told
// before, compilation too.
export const create_texture = (state, kind, width, height, layers, asked) => {
  const gl = state.gl;
  if (!asked) return allocate(state, kind, width, height, layers);
  if (ran_short(state)) return null;
  const texture = allocate(state, kind, width, height, layers);
  const problem = gl.getError();
  if (problem === gl.OUT_OF_MEMORY || problem === gl.INVALID_VALUE) {
    gl.deleteTexture(texture);
    return null;
  }
  return texture;
};
export const delete_texture = (state, texture) => state.gl.deleteTexture(texture);

// The layers from `first` on.
export const write_texture = (state, texture, kind, width, height, first, layers, data) => {
  const gl = state.gl;
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
  if (kind === 'f' && state.half) {
    // Browsers that convert by themselves make NaN of infinity.
    const halves = new Uint16Array(bytes_of(from_numbers('float16', data), 'float16').buffer);
    // As shaders store what is too large.
    for (let i = 0; i < halves.length; i++) if ((halves[i] & 0x7fff) === 0x7c00) halves[i] -= 1;
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, first, width, height, layers, gl.RGBA, gl.HALF_FLOAT, halves);
  } else if (kind === 'f') {
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, first, width, height, layers, gl.RGBA, gl.FLOAT, data);
  } else {
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, first, width, height, layers, gl.RGBA_INTEGER, gl.INT, data);
  }
};

export const create_framebuffer = (state, textures, layers) => attach(state.gl, textures, layers);
export const delete_framebuffer = (state, framebuffer) => state.gl.deleteFramebuffer(framebuffer);

export const start_program = (state, source) => {
  const gl = state.gl;
  const fragment = gl.createShader(gl.FRAGMENT_SHADER);
  // A lost context makes none.
  if (fragment === null) return {program: null, fragment: null, uniforms: null};
  gl.shaderSource(fragment, source);
  gl.compileShader(fragment);
  const program = gl.createProgram();
  gl.attachShader(program, state.vertex);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  return {program: program, fragment: fragment, uniforms: null};
};
export const program_ready = (state, handle) => state.parallel === null || is_lost(state)
  || state.gl.getProgramParameter(handle.program, state.parallel.COMPLETION_STATUS_KHR);
export const finish_program = (state, handle, samplers) => {
  const gl = state.gl;
  if (is_lost(state)) return 'the context is lost';
  if (!gl.getProgramParameter(handle.program, gl.LINK_STATUS)) {
    const log = gl.getShaderInfoLog(handle.fragment) + ' ' + gl.getProgramInfoLog(handle.program);
    return log === ' ' ? 'the shader does not link' : log;
  }
  gl.deleteShader(handle.fragment);
  gl.useProgram(handle.program);
  handle.uniforms = gl.getUniformLocation(handle.program, 'u[0]');
  for (let i = 0; i < samplers; i++) {
    const place = gl.getUniformLocation(handle.program, 's' + i);
    if (place !== null) gl.uniform1i(place, i);
  }
  return null;
};

// A draw without fragments: many drivers make code of a program only when it draws. `kinds` are those of the samplers,
// `targets` outputs of the kind `kind` are written.
export const warm_program = (state, handle, kind, targets, kinds) => {
  const gl = state.gl;
  const own = (key, make) => (state.own[key] ??= make());
  const texture = (each) => own(each, () => allocate(state, each, 1, 1, 8));
  const target = own('to ' + kind, () => allocate(state, kind, 1, 1, 8));
  const framebuffer = own(kind + targets, () => attach(gl, Array(targets).fill(target), Array.from({length: targets}, (_, i) => i)));
  gl.bindVertexArray(state.vertexArray);
  gl.useProgram(handle.program);
  kinds.forEach((each, i) => {
    gl.activeTexture(gl.TEXTURE0 + i);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture(each));
  });
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.viewport(0, 0, 1, 1);
  gl.disable(gl.SCISSOR_TEST);
  gl.drawArrays(gl.TRIANGLES, 3, 3);
  // A fence ends what a driver gathers before it begins.
  gl.deleteSync(gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0));
  gl.flush();
};
export const delete_program = (state, handle) => state.gl.deleteProgram(handle.program);

export const draw = (state, handle, integers, framebuffer, textures, width, height, low, high) => {
  const gl = state.gl;
  gl.bindVertexArray(state.vertexArray);
  gl.useProgram(handle.program);
  gl.uniform4iv(handle.uniforms, integers);
  for (let i = 0; i < textures.length; i++) {
    gl.activeTexture(gl.TEXTURE0 + i);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, textures[i]);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.viewport(0, 0, width, height);
  if (low === 0 && high === height) {
    gl.disable(gl.SCISSOR_TEST);
  } else {
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, low, width, high - low);
  }
  gl.drawArrays(gl.TRIANGLES, 0, 3);
};

export const flush = (state) => state.gl.flush();
export const fence = (state) => {
  const sync = state.gl.fenceSync(state.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  state.gl.flush();
  return sync;
};
export const fence_passed = (state, sync) => {
  const gl = state.gl;
  if (sync === null || is_lost(state)) return true;
  // The browser refreshes the status between tasks; clientWaitSync would flush each time.
  return gl.getSyncParameter(sync, gl.SYNC_STATUS) === gl.SIGNALED;
};
export const delete_fence = (state, sync) => { if (sync !== null) state.gl.deleteSync(sync); };

const readLayers = (gl, framebuffer, kind, width, height, count, offset, target) => {
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  for (let i = 0; i < count; i++) {
    gl.readBuffer(gl.COLOR_ATTACHMENT0 + i);
    if (target === null) {
      gl.readPixels(0, 0, width, height, kind === 'f' ? gl.RGBA : gl.RGBA_INTEGER, kind === 'f' ? gl.FLOAT : gl.INT,
        (offset + i * width * height * 4) * 4);
    } else {
      gl.readPixels(0, 0, width, height, kind === 'f' ? gl.RGBA : gl.RGBA_INTEGER, kind === 'f' ? gl.FLOAT : gl.INT,
        target, offset + i * width * height * 4);
    }
  }
};

// parts: [framebuffer, layers] pairs in order
export const start_read = (state, parts, kind, width, height, layers) => {
  const gl = state.gl;
  const buffer = gl.createBuffer();
  const count = width * height * layers * 4;
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
  gl.bufferData(gl.PIXEL_PACK_BUFFER, count * 4, gl.STREAM_READ);
  let offset = 0;
  for (const part of parts) {
    readLayers(gl, part[0], kind, width, height, part[1], offset, null);
    offset += part[1] * width * height * 4;
  }
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return {buffer: buffer, sync: sync, kind: kind, count: count};
};
// Into `pixels`, which may be longer.
export const finish_read = (state, pending, pixels) => {
  const gl = state.gl;
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, pending.buffer);
  gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixels, 0, pending.count);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  gl.deleteBuffer(pending.buffer);
  gl.deleteSync(pending.sync);
};
export const length_of_read = (pending) => pending.count;
export const read_now = (state, parts, kind, width, height, layers) => {
  const count = width * height * layers * 4;
  const pixels = kind === 'f' ? new Float32Array(count) : new Int32Array(count);
  let offset = 0;
  for (const part of parts) {
    readLayers(state.gl, part[0], kind, width, height, part[1], offset, pixels);
    offset += part[1] * width * height * 4;
  }
  return pixels;
};
export const lose_context = (state) => {
  const extension = state.gl.getExtension('WEBGL_lose_context');
  if (extension !== null) extension.loseContext();
};

const bitsView = new DataView(new ArrayBuffer(4));
export const float_bits = (x) => {
  bitsView.setFloat32(0, x);
  return bitsView.getInt32(0);
};
""",
)
