"""Rows of the layers of images where nothing random is left, in training and out of it."""

from .rows import Row

PICTURES = [2, 6, 5, 3]
PLANES = [2, 3, 6, 5]
RANGE = {"value_range": [-4.0, 4.0]}
# Pixels of up to 4 of sums and products of float32; places between pixels are rounded otherwise.
NEAR = {"rtol": 2e-5, "atol": 2e-5, "webgl": (5e-5, 5e-5)}
TURN = {"factor": [0.1, 0.1]}


def row(layer, arguments, note="", shapes=PICTURES, **more):
    return Row(layer, arguments, shapes, note, training=True, **{**NEAR, **more})


ROWS = [
    row("RandomRotation", {**TURN, "fill_mode": "constant", "fill_value": 0.5}),
    row(
        "RandomRotation",
        {**TURN, "data_format": "channels_first", "interpolation": "nearest"},
        "nearest",
        PLANES,
    ),
    row("RandomZoom", {"height_factor": [0.3, 0.3], "width_factor": [-0.2, -0.2], "fill_mode": "wrap"}),
    row("RandomTranslation", {"height_factor": [0.25, 0.25], "width_factor": [-0.4, -0.4]}),
    row("RandomBrightness", {"factor": [0.2, 0.2], "data_format": "channels_first", **RANGE}, shapes=PLANES),
    row("RandomColorDegeneration", {"factor": [0.4, 0.4], **RANGE}),
    row("RandomSharpness", {"factor": [0.7, 0.7], "data_format": "channels_first", **RANGE}, shapes=PLANES),
    row("RandomGrayscale", {"factor": 1.0}),
    row("RandomInvert", {"factor": [1.0, 1.0], **RANGE}),
    row("RandomGaussianBlur", {"factor": [1.0, 1.0], "sigma": [0.7, 0.7], "kernel_size": [3, 5], **RANGE}),
    row("RandomErasing", {"factor": [1.0, 1.0], "scale": [1.0, 1.0], "fill_value": 0.5, **RANGE}),
    row("Solarization", {"data_format": "channels_first", **RANGE}, shapes=PLANES),
    row("AutoContrast", {"data_format": "channels_last", **RANGE}),
    row("Equalization", {"bins": 16, **RANGE}),
    row("ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": [2, 3], **RANGE}, static=True),
    row(
        "ContrastLimitedAdaptiveHistogramEqualization",
        {"tile_grid_size": [3, 2], "clip_limit": 0, "data_format": "channels_first", **RANGE},
        "unclipped",
        PLANES,
    ),
    row("CenterCrop", {"height": 4, "width": 3, "data_format": "channels_first"}, "first", PLANES),
    row("Resizing", {"height": 4, "width": 6, "pad_to_aspect_ratio": True, "fill_value": 0.5}, "pad"),
    row("Resizing", {"height": 9, "width": 3}, "integers", below=256),
    row("RandomCrop", {"height": 6, "width": 5}, "whole", unlike=("seed",)),
]
