// Two shaders on WebGL2: one that only multiplies and adds, one that only fetches texels.

import { best } from "./limits.js";

const SIZE = 512;
const STEPS = 256;
const FETCHES = 64;
const HEAD = `#version 300 es
precision highp float;
precision highp sampler2D;
out vec4 color;
`;
const ARITHMETIC = `${HEAD}
uniform vec4 x;
uniform vec4 y;
void main() {
  vec4 a = gl_FragCoord, b = a.yzwx, c = a.zwxy, d = a.wxyz, e = a + 1.0, f = b + 1.0, g = c + 1.0, h = d + 1.0;
  for (int i = 0; i < ${STEPS}; i++) {
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    e = e * x + y; f = f * x + y; g = g * x + y; h = h * x + y;
  }
  color = a + b + c + d + e + f + g + h;
}`;
// Neighbouring fragments read neighbouring texels, and each walks along a row: what a cache likes best.
const FETCH = `${HEAD}
uniform sampler2D x;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 a = vec4(0.0), b = a, c = a, d = a;
  for (int i = 0; i < ${FETCHES}; i += 4) {
    a += texelFetch(x, ivec2((at.x + i) & ${SIZE - 1}, at.y), 0);
    b += texelFetch(x, ivec2((at.x + i + 1) & ${SIZE - 1}, at.y), 0);
    c += texelFetch(x, ivec2((at.x + i + 2) & ${SIZE - 1}, at.y), 0);
    d += texelFetch(x, ivec2((at.x + i + 3) & ${SIZE - 1}, at.y), 0);
  }
  color = a + b + c + d;
}`;
const VERTEX = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;

const texture = (gl) => {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, SIZE, SIZE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return made;
};

/** Milliseconds of the fastest draw over SIZE x SIZE fragments, or null without float textures. */
const drawn = (fragment, prepare) => {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl || !gl.getExtension("EXT_color_buffer_float")) return null;
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  const target = texture(gl);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  gl.viewport(0, 0, SIZE, SIZE);
  gl.bindTexture(gl.TEXTURE_2D, null);
  prepare(gl, program);
  const pixel = new Float32Array(4);
  const draw = () => {
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
  };
  draw();
  const time = best(draw, 7);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return time;
};

/** GFLOP/s. */
export const arithmeticShader = () => {
  const time = drawn(ARITHMETIC, (gl, program) => {
    gl.uniform4f(gl.getUniformLocation(program, "x"), 0.5, 0.6, 0.7, 0.8);
    gl.uniform4f(gl.getUniformLocation(program, "y"), 0.1, 0.2, 0.3, 0.4);
  });
  return time && (2 * 4 * 8 * STEPS * SIZE * SIZE) / time / 1e6;
};

/** GB/s of texels of 16 bytes. */
export const fetchShader = () => {
  const time = drawn(FETCH, (gl) => {
    texture(gl);
    gl.texSubImage2D(
      gl.TEXTURE_2D,
      0,
      0,
      0,
      SIZE,
      SIZE,
      gl.RGBA,
      gl.FLOAT,
      new Float32Array(4 * SIZE * SIZE),
    );
  });
  return time && (16 * FETCHES * SIZE * SIZE) / time / 1e6;
};
