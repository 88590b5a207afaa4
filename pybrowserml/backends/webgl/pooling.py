"""Pooling and its gradients: every output element walks its window, or the windows that cover it."""

from .shader import fill


class Pool:
    """Sizes of a pooling of x [N, H, W, C] to y."""

    def __init__(self, params, x_shape, y_shape):
        self.x_shape = x_shape
        self.y_shape = y_shape
        self.size = params["pool_size"]
        self.strides = params["strides"]
        self.pads = params["pads"]

    def names(self, shader):
        """Add the sizes as integers; returns pairs for `fill`."""
        sizes = shader.uniform(self.x_shape[1], self.x_shape[2], self.y_shape[1], self.y_shape[2])
        window = shader.uniform(self.size[0], self.size[1], self.strides[0], self.strides[1])
        pads = shader.uniform(self.pads[0][0], self.pads[1][0], 0, 0)
        return ["s", sizes, "w", window, "p", pads]


def _finish(builder, shader, inputs, target, template, pairs, fetches):
    """Add the function `one` of a row and quad, write every row through it, append the draw."""
    shader.local(fill(template, pairs))
    shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, inputs, [target], fetches * shader.rows)


OUT_PIXEL = """int oy = r / @s@.w; int ox = r - oy * @s@.w; int n = oy / @s@.z; oy -= n * @s@.z;
int y0 = oy * @w@.z - @p@.x, x0 = ox * @w@.w - @p@.y;
"""
IN_PIXEL = """int py = r / @s@.y; int px = r - py * @s@.y; int n = py / @s@.x; py -= n * @s@.x;
int ty = py + @p@.x, tx = px + @p@.y;
int y_low = ty < @w@.x ? 0 : (ty - @w@.x) / @w@.z + 1, x_low = tx < @w@.y ? 0 : (tx - @w@.y) / @w@.w + 1;
int y_high = min(ty / @w@.z, @s@.z - 1), x_high = min(tx / @w@.w, @s@.w - 1);
"""
MAX_WINDOW = """vec4 best = vec4(intBitsToFloat((-2147483647 - 1) + 2139095040)); ivec4 found = ivec4(-1);
for (int ky = 0; ky < @w@.x; ky++) for (int kx = 0; kx < @w@.y; kx++) {
  int y = y0 + ky, x = x0 + kx;
  if (uint(y) < uint(@s@.x) && uint(x) < uint(@s@.y)) {
    vec4 v = @x@;
    bvec4 take = bvec4(ivec4(greaterThan(v, best)) + ivec4(lessThan(found, ivec4(0)))
      + ivec4(x_isnan(v)) * ivec4(not(x_isnan(best))));
    best = mix(best, v, take);
    found = x_select(take, ivec4(y * @s@.y + x), found);
  }
}
"""


def max_pool2d(builder, step):
    value = step["inputs"][0]
    for k in range(2):
        target = step["outputs"][k]
        if target is None:
            continue
        shader = builder.shader([value], [target])
        pool = Pool(step["params"], builder.shapes[value], builder.shapes[target])
        pairs = pool.names(shader)
        shader.need("isnan")
        shader.need("select")
        pairs.extend(["x", shader.fetch(0, "(n * " + pairs[1] + ".x + y) * " + pairs[1] + ".y + x", "c4")])
        pairs.extend(["v", shader.out_vector(), "result", "best" if k == 0 else "max(found, ivec4(0))"])
        template = "@v@ one(int r, int c4) {\n" + OUT_PIXEL + MAX_WINDOW + "return @result@;\n}"
        _finish(builder, shader, [value], target, fill(template, pairs), pairs, pool.size[0] * pool.size[1])
    return None


def max_pool2d_grad(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    shader = builder.shader(step["inputs"], [target])
    pool = Pool(step["params"], step["params"]["input_shape"], builder.shapes[step["inputs"][0]])
    pairs = pool.names(shader)
    pairs.extend(["dy", shader.fetch(0, "row", "c4"), "index", shader.fetch(1, "row", "c4")])
    template = (
        "vec4 one(int r, int c4) {\n"
        + IN_PIXEL
        + """vec4 acc = vec4(0.0); ivec4 own = ivec4(py * @s@.y + px);
for (int y = y_low; y <= y_high; y++) for (int x = x_low; x <= x_high; x++) {
  int row = (n * @s@.z + y) * @s@.w + x;
  acc += mix(vec4(0.0), @dy@, equal(@index@, own));
}
return acc;
}"""
    )
    windows = ((pool.size[0] + 1) // pool.strides[0] + 1) * ((pool.size[1] + 1) // pool.strides[1] + 1)
    _finish(builder, shader, step["inputs"], target, template, pairs, 2 * windows)
    return None


def max_pool2d_take(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    shader = builder.shader(step["inputs"], [target])
    pool = Pool(step["params"], builder.shapes[step["inputs"][0]], builder.shapes[target])
    pairs = pool.names(shader)
    pairs.extend(["index", shader.fetch(1, "r", "c4")])
    lanes = []
    for t in range(4):
        lanes.append(shader.fetch(0, "plane + k[" + str(t) + "]", "c4") + "[" + str(t) + "]")
    pairs.extend(["v", shader.out_vector(), "lanes", ", ".join(lanes)])
    template = """@v@ one(int r, int c4) {
int plane = (r / (@s@.z * @s@.w)) * @s@.x * @s@.y; ivec4 k = @index@;
return @v@(@lanes@);
}"""
    _finish(builder, shader, step["inputs"], target, template, pairs, 5)
    return None


def avg_pool2d(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    shader = builder.shader(step["inputs"], [target])
    pool = Pool(step["params"], builder.shapes[step["inputs"][0]], builder.shapes[target])
    pairs = pool.names(shader)
    pairs.extend(["x", shader.fetch(0, "(n * " + pairs[1] + ".x + y) * " + pairs[1] + ".y + x", "c4")])
    template = (
        "vec4 one(int r, int c4) {\n"
        + OUT_PIXEL
        + """vec4 acc = vec4(0.0); int y_end = min(y0 + @w@.x, @s@.x), x_end = min(x0 + @w@.y, @s@.y);
y0 = max(y0, 0); x0 = max(x0, 0);
for (int y = y0; y < y_end; y++) for (int x = x0; x < x_end; x++) acc += @x@;
return acc / float(max((y_end - y0) * (x_end - x0), 1));
}"""
    )
    _finish(builder, shader, step["inputs"], target, template, pairs, pool.size[0] * pool.size[1])
    return None


def avg_pool2d_grad(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    shader = builder.shader(step["inputs"], [target])
    pool = Pool(step["params"], step["params"]["input_shape"], builder.shapes[step["inputs"][0]])
    pairs = pool.names(shader)
    pairs.extend(["dy", shader.fetch(0, "(n * " + pairs[1] + ".z + y) * " + pairs[1] + ".w + x", "c4")])
    template = (
        "vec4 one(int r, int c4) {\n"
        + IN_PIXEL
        + """vec4 acc = vec4(0.0);
for (int y = y_low; y <= y_high; y++) for (int x = x_low; x <= x_high; x++) {
  int y0 = y * @w@.z - @p@.x, x0 = x * @w@.w - @p@.y;
  int tall = min(y0 + @w@.x, @s@.x) - max(y0, 0), wide = min(x0 + @w@.y, @s@.y) - max(x0, 0);
  acc += @dy@ / float(max(tall * wide, 1));
}
return acc;
}"""
    )
    windows = ((pool.size[0] + 1) // pool.strides[0] + 1) * ((pool.size[1] + 1) // pool.strides[1] + 1)
    _finish(builder, shader, step["inputs"], target, template, pairs, windows)
    return None
