// What this machine can do at most, measured in the same session: ratios to these limits outlive the machine.

const best = (work, times) => {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
};

const multiplyAdd = (data, rounds) => {
  let a = 0,
    b = 0,
    c = 0,
    d = 0,
    e = 0,
    f = 0,
    g = 0,
    h = 0;
  const x = data[0],
    y = data[1];
  for (let i = 0; i < rounds; i++) {
    a = a * x + y;
    b = b * x + y;
    c = c * x + y;
    d = d * x + y;
    e = e * x + y;
    f = f * x + y;
    g = g * x + y;
    h = h * x + y;
  }
  return a + b + c + d + e + f + g + h;
};

const SHADER_STEPS = 256;
const SHADER_SIZE = 512;
const FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 x;
uniform vec4 y;
out vec4 color;
void main() {
  vec4 a = gl_FragCoord, b = a.yzwx, c = a.zwxy, d = a.wxyz, e = a + 1.0, f = b + 1.0, g = c + 1.0, h = d + 1.0;
  for (int i = 0; i < ${SHADER_STEPS}; i++) {
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    e = e * x + y; f = f * x + y; g = g * x + y; h = h * x + y;
  }
  color = a + b + c + d + e + f + g + h;
}`;
const VERTEX = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;

const shaderGflops = () => {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl || !gl.getExtension("EXT_color_buffer_float")) return null;
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, SHADER_SIZE, SHADER_SIZE);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  const texture = gl.getParameter(gl.TEXTURE_BINDING_2D);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  gl.viewport(0, 0, SHADER_SIZE, SHADER_SIZE);
  gl.uniform4f(gl.getUniformLocation(program, "x"), 0.5, 0.6, 0.7, 0.8);
  gl.uniform4f(gl.getUniformLocation(program, "y"), 0.1, 0.2, 0.3, 0.4);
  const pixel = new Float32Array(4);
  const draw = () => {
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
  };
  draw();
  const flop = 2 * 4 * 8 * SHADER_STEPS * SHADER_SIZE * SHADER_SIZE;
  const gflops = flop / best(draw, 7) / 1e6;
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return gflops;
};

/** {multiplyAdd, shader: GFLOP/s, copy: GB/s read and written}. */
export const limits = () => {
  const factors = new Float64Array([0.5, 0.25]);
  multiplyAdd(factors, 1e6);
  const rounds = 2e7;
  const plain = (16 * rounds) / best(() => multiplyAdd(factors, rounds), 5) / 1e6;
  const from = new Float32Array(1 << 24).fill(1);
  const to = new Float32Array(1 << 24);
  to.set(from);
  const copy = (2 * from.byteLength) / best(() => to.set(from), 7) / 1e6;
  return { multiplyAdd: plain, shader: shaderGflops(), copy };
};
