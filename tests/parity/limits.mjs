// Devices that allow less than this one. `emulate(limits)` holds for the next context of WebGL: it says so where it is
// asked, and throws where a call goes beyond, so that nothing depends on what the device has in truth.
//
// limits: targets (render targets of 128 bits a framebuffer may have), texture_size, layers, units, uniforms (vectors),
// float_targets (false: only half floats can be drawn to). What is left out is as the device has it.

let next = null;
const known = new WeakMap();
const over = (what, got, most) => {
  throw new Error(`the emulated device allows ${most} ${what}, not ${got}`);
};

const answers = (gl, limits) => ({
  // WebGL2 promises four; that a device refuses them tells checkFramebufferStatus alone.
  [gl.MAX_DRAW_BUFFERS]: limits.targets && Math.max(limits.targets, 4),
  [gl.MAX_COLOR_ATTACHMENTS]: limits.targets && Math.max(limits.targets, 4),
  [gl.MAX_TEXTURE_SIZE]: limits.texture_size,
  [gl.MAX_ARRAY_TEXTURE_LAYERS]: limits.layers,
  [gl.MAX_TEXTURE_IMAGE_UNITS]: limits.units,
  [gl.MAX_FRAGMENT_UNIFORM_VECTORS]: limits.uniforms,
});

const install = () => {
  const proto = WebGL2RenderingContext.prototype;
  const wrap = (name, act) => {
    const original = proto[name];
    proto[name] = function (...args) {
      const state = known.get(this);
      const given = (...changed) => original.apply(this, changed);
      return state === undefined ? given(...args) : act(this, state, given, args);
    };
  };
  for (const Canvas of [globalThis.OffscreenCanvas, globalThis.HTMLCanvasElement]) {
    if (Canvas === undefined) continue;
    const original = Canvas.prototype.getContext;
    Canvas.prototype.getContext = function (...args) {
      const gl = original.apply(this, args);
      if (gl instanceof WebGL2RenderingContext && next !== null && !known.has(gl)) {
        known.set(gl, {
          limits: next,
          table: answers(gl, next),
          framebuffer: null,
          formats: new WeakMap(),
          texture: null,
        });
        next = null;
      }
      return gl;
    };
  }
  wrap("getParameter", (gl, state, given, [name]) => state.table[name] ?? given(name));
  wrap("getExtension", (gl, state, given, [name]) => {
    if (state.limits.float_targets === false && name === "EXT_color_buffer_float") return null;
    return given(name);
  });
  const counts = new WeakMap(); // of a framebuffer: how many targets it draws to
  const refused = new WeakSet(); // framebuffers with a target that the device cannot draw to
  const whole = (state) => {
    const { targets } = state.limits;
    return !(counts.get(state.framebuffer) > targets) && !refused.has(state.framebuffer);
  };
  wrap("bindFramebuffer", (gl, state, given, [target, framebuffer]) => {
    state.framebuffer = framebuffer;
    return given(target, framebuffer);
  });
  wrap("bindTexture", (gl, state, given, [target, texture]) => {
    state.texture = texture;
    return given(target, texture);
  });
  wrap("framebufferTextureLayer", (gl, state, given, args) => {
    const format = state.formats.get(args[2]);
    if (state.limits.float_targets === false && format === gl.RGBA32F)
      refused.add(state.framebuffer);
    return given(...args);
  });
  wrap("drawBuffers", (gl, state, given, [buffers]) => {
    const most = state.table[gl.MAX_DRAW_BUFFERS];
    if (buffers.length > most) over("render targets", buffers.length, most);
    if (state.framebuffer !== null) counts.set(state.framebuffer, buffers.length);
    return given(buffers);
  });
  wrap("checkFramebufferStatus", (gl, state, given, [target]) =>
    whole(state) ? given(target) : gl.FRAMEBUFFER_UNSUPPORTED,
  );
  wrap("drawArrays", (gl, state, given, args) => {
    if (!whole(state)) throw new Error("the emulated device cannot draw to this framebuffer");
    return given(...args);
  });
  wrap("texStorage3D", (gl, state, given, args) => {
    const [, , format, width, height, layers] = args;
    const size = Math.max(width, height);
    if (size > state.limits.texture_size) over("texels a side", size, state.limits.texture_size);
    if (layers > state.limits.layers) over("layers", layers, state.limits.layers);
    state.formats.set(state.texture, format);
    return given(...args);
  });
  wrap("activeTexture", (gl, state, given, [unit]) => {
    const count = unit - gl.TEXTURE0 + 1;
    if (count > state.limits.units) over("texture units", count, state.limits.units);
    return given(unit);
  });
  wrap("uniform4iv", (gl, state, given, [place, numbers]) => {
    const count = numbers.length / 4;
    if (count > state.limits.uniforms) over("vectors of uniforms", count, state.limits.uniforms);
    return given(place, numbers);
  });
};

let installed = false;
export const emulate = (limits) => {
  if (!installed) install();
  installed = true;
  next = limits;
};
