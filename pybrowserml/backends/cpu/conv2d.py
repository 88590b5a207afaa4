"""conv2d: the product of patches and filters; depthwise convolutions have loops of their own."""

from .depthwise import DepthwiseLaunch, is_depthwise
from .matmul import epilogue_program
from .patches import PatchLaunch
from .tile import PlainTile
from .winograd import WinogradLaunch, fits_winograd


class Conv2dLaunch(PatchLaunch):
    """B is the filter as stored: [taps * channels, features]."""

    def steps_of_b(self):
        return [1, self.n_total] if self.groups == 1 else None

    def kind_of_b(self):
        return "filter of groups"

    def pack_b(self, batch, column, columns, k, depth, target):
        source = self.ins[1] + k * self.n_total + self.column_of(batch) + column
        panel = depth * self.tile.columns
        self.tile.pack_columns(source, 1, self.n_total, columns, depth, target, panel)


def forward_taps(params, filter_shape):
    """[y, x] of each tap of a filter relative to the output pixel times the stride, in the filter's order."""
    taps = []
    for y in range(filter_shape[0]):
        for x in range(filter_shape[1]):
            top = y * params["dilations"][0] - params["pads"][0][0]
            taps.append([top, x * params["dilations"][1] - params["pads"][1][0]])
    return taps


# Faster ways for some convolutions. A table, since models without such do without.
WAYS = {"winograd": WinogradLaunch, "depthwise": DepthwiseLaunch}


def prepare_conv2d(params, ins, outs):
    return conv2d_launch(params, ins, outs, PlainTile(), WAYS)


def conv2d_launch(params, ins, outs, tile, ways):
    """The launch of a convolution by a tile, or where these fit by the ways winograd(geometry, program) or
    depthwise(params, x, w, y, program).
    """
    x = ins[0][0]
    w = ins[1][0]
    y = outs[0][0]
    program = epilogue_program(params, ins, outs, tile)
    is_float = outs[0][1] == "float32"
    groups = params["groups"]
    if "depthwise" in ways and is_depthwise(x[3], w, groups):
        return ways["depthwise"](params, x, w, y, program)
    if "winograd" in ways and fits_winograd(params, w, y[1], y[2]):
        geometry = {
            "images": x[0],
            "height": x[1],
            "width": x[2],
            "channels": x[3],
            "features": w[3],
            "grid": [y[1], y[2]],
            "top": params["pads"][0][0],
            "left": params["pads"][1][0],
            "filter_steps": [w[2] * w[3], w[3], 1],
            "filter_first": 0,
        }
        return ways["winograd"](geometry, program)
    geometry = {
        "images": x[0],
        "height": x[1],
        "width": x[2],
        "channels": x[3],
        "grid": [y[1], y[2]],
        "strides": params["strides"],
        "taps": forward_taps(params, w),
        "groups": groups,
        "depth": w[2],
        "columns": int(w[3] / groups),
    }
    return Conv2dLaunch(geometry, program, is_float, tile)
