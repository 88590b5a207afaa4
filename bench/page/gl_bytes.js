// Bytes of a page's WebGL objects, counted where they are made: textures, renderbuffers and buffers of every context.

const TEXELS = {
  R8: 1,
  RG8: 2,
  RGB: 3,
  RGBA: 4,
  RGBA8: 4,
  R16F: 2,
  R32F: 4,
  R32I: 4,
  R32UI: 4,
  RG32F: 8,
  RGBA16F: 8,
  RGBA32F: 16,
  RGBA32I: 16,
  RGBA32UI: 16,
};
const BINDINGS = {
  TEXTURE_2D: "TEXTURE_BINDING_2D",
  TEXTURE_2D_ARRAY: "TEXTURE_BINDING_2D_ARRAY",
  TEXTURE_3D: "TEXTURE_BINDING_3D",
  TEXTURE_CUBE_MAP: "TEXTURE_BINDING_CUBE_MAP",
  RENDERBUFFER: "RENDERBUFFER_BINDING",
  ARRAY_BUFFER: "ARRAY_BUFFER_BINDING",
  ELEMENT_ARRAY_BUFFER: "ELEMENT_ARRAY_BUFFER_BINDING",
  PIXEL_PACK_BUFFER: "PIXEL_PACK_BUFFER_BINDING",
  PIXEL_UNPACK_BUFFER: "PIXEL_UNPACK_BUFFER_BINDING",
  UNIFORM_BUFFER: "UNIFORM_BUFFER_BINDING",
};

/** From now on count; gives { now, most }, in bytes, which change. A format that is not known is an error. */
export const countBytes = () => {
  const counted = { now: 0, most: 0 };
  const prototype = WebGL2RenderingContext.prototype;
  const named = (table, value) => {
    const name = Object.keys(table).find((each) => prototype[each] === value);
    if (name === undefined) throw new Error(`bytes of WebGL's ${value} are not known`);
    return table[name];
  };
  const sizes = new Map();
  const resize = (object, bytes) => {
    counted.now += bytes - (sizes.get(object) ?? 0);
    counted.most = Math.max(counted.most, counted.now);
    if (bytes === 0) sizes.delete(object);
    else sizes.set(object, bytes);
  };
  /** sizeOf(given): the bytes that a call with these arguments, the first of which is a target, asks for. */
  const making = (call, sizeOf) => {
    const original = prototype[call];
    prototype[call] = function (...given) {
      const object = this.getParameter(prototype[named(BINDINGS, given[0])]);
      if (object !== null) resize(object, sizeOf(given));
      return original.apply(this, given);
    };
  };
  const ending = (call) => {
    const original = prototype[call];
    prototype[call] = function (object) {
      if (object) resize(object, 0);
      return original.call(this, object);
    };
  };
  const texel = (format) => named(TEXELS, format);
  making("texStorage2D", ([, , format, width, height]) => width * height * texel(format));
  making(
    "texStorage3D",
    ([, , format, width, height, depth]) => width * height * depth * texel(format),
  );
  // The short form takes an image instead of sizes.
  making("texImage2D", ([, , format, ...given]) => {
    const [width, height] = given.length > 3 ? given : [given[2].width, given[2].height];
    return width * height * texel(format);
  });
  making("renderbufferStorage", ([, format, width, height]) => width * height * texel(format));
  making("bufferData", ([, data]) => (typeof data === "number" ? data : (data?.byteLength ?? 0)));
  ending("deleteTexture");
  ending("deleteRenderbuffer");
  ending("deleteBuffer");
  return counted;
};
