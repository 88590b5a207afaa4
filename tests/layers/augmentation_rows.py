"""Rows of the random image layers: a layer, what it is applied to, and whether real Keras gives the same.

FIXED rows have nothing random left in them, so Keras's numbers are stored (make_augmentation.py).
"""

SHAPE = [3, 6, 5, 3]


def row(name, arguments, label="", shape=None, labels=False, seed=11, boxes=None, transformation=None):
    config = {"class_name": name, "config": {**arguments, "name": "layer"}}
    given = SHAPE if shape is None else shape
    title = f"{name} {label}".strip()
    return {
        "kind": "image",
        "name": title,
        "layer": config,
        "shape": given,
        "labels": labels,
        "boxes": boxes,
        "transformation": transformation,
        "seed": seed,
        "brief": False,
    }


def inner(class_name, **arguments):
    return {"class_name": class_name, "config": arguments}


TURNED = {"factor": [0.1, 0.1]}
RANGE = {"value_range": [0, 255]}

FIXED = [
    row("RandomRotation", {**TURNED, "fill_mode": "constant"}, "constant"),
    row("RandomRotation", {"factor": [-0.2, -0.2], "interpolation": "nearest"}, "nearest"),
    row("RandomRotation", TURNED, "reflect"),
    row("RandomRotation", {**TURNED, "fill_mode": "wrap", "data_format": "channels_first"}, "wrap"),
    row("RandomZoom", {"height_factor": [0.3, 0.3], "width_factor": [-0.2, -0.2]}),
    row("RandomZoom", {"height_factor": [-0.4, -0.4], "fill_mode": "constant", "fill_value": 9.0}, "in"),
    row("RandomTranslation", {"height_factor": [0.25, 0.25], "width_factor": [-0.4, -0.4]}),
    row(
        "RandomTranslation",
        {"height_factor": [0.2, 0.2], "width_factor": [0.3, 0.3], "fill_mode": "nearest"},
        "nearest",
    ),
    row("RandomBrightness", {"factor": [0.2, 0.2], **RANGE}),
    row("RandomPosterization", {"factor": [3, 3], **RANGE}),
    row("RandomSharpness", {"factor": [0.7, 0.7], **RANGE}),
    row("RandomColorDegeneration", {"factor": [0.4, 0.4], **RANGE}),
    row("AutoContrast", RANGE),
    row("Equalization", RANGE),
]

BOXES = [[[1.0, 0.0, 3.0, 2.5], [0.5, 1.0, 4.5, 6.0]], [[0.0, 0.0, 5.0, 6.0], [2.0, 3.0, 3.0, 4.0]]]
BOXES.append([[3.0, 4.0, 5.0, 6.0], [1.0, 1.0, 2.0, 2.0]])
XYXY = {"bounding_box_format": "xyxy"}


def told(name, arguments, transformation, label="told", boxes=True):
    """A row whose transformation is given: Keras's numbers are stored."""
    given = {**arguments, **(XYXY if boxes else {})}
    return row(name, given, label, boxes=BOXES if boxes else None, transformation=transformation)


# Keras's RandomPerspective and RandomRotation take boxes as xyxy, as they are here.
TOLD = [
    told("RandomFlip", {"mode": "horizontal"}, {"flips": [[[[True]]], [[[False]]], [[[True]]]]}),
    told(
        "RandomTranslation",
        dict.fromkeys(("height_factor", "width_factor"), 0.5),
        {"translations": [[1.5, -1.0], [0.0, 2.0], [-3.0, 0.5]]},
    ),
    told(
        "RandomZoom",
        {"height_factor": 0.5},
        {"height_zoom": [[0.5], [1.25], [1.0]], "width_zoom": [[0.75], [1.0], [1.5]]},
    ),
    told(
        "RandomShear",
        {"x_factor": 0.5, "y_factor": 0.5},
        {"shear_factor": [[0.25, 0.0], [-0.5, 0.125], [0.0, -0.25]]},
    ),
    told(
        "RandomPerspective",
        {},
        {
            "apply_perspective": [True, False, True],
            "start_points": [[[0.0, 0.0], [4.0, 0.0], [0.0, 5.0], [4.0, 5.0]]] * 3,
            "end_points": [[[0.0, 0.0], [3.0, 0.0], [0.0, 6.0], [5.0, 4.5]]] * 3,
        },
    ),
    told(
        "RandomContrast",
        {"factor": 0.5},
        {"contrast_factor": [[[[0.5]]], [[[1.25]]], [[[1.0]]]]},
        boxes=False,
    ),
    told("RandomHue", {"factor": 0.5}, {"factor": [0.25, -0.125, 0.4]}, boxes=False),
    told("RandomSaturation", {"factor": 0.5}, {"factor": [0.25, 0.5, 0.0]}, boxes=False),
    told(
        "RandomGaussianBlur",
        {},
        {"should_apply_blur": [True, False, True], "blur_factor": [0.4, 0.9]},
        boxes=False,
    ),
    told("MixUp", {}, {"mix_weight": [0.25, 0.5, 1.0], "permutation_order": [1, 2, 0]}, boxes=False),
]

ROWS = [
    *FIXED,
    *TOLD,
    row("ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": [2, 2], "clip_limit": 1.5}),
    row("MaxNumBoundingBoxes", {"max_number": 3, **XYXY}, boxes=BOXES),
    row("RandomCrop", {"height": 4, "width": 3, "seed": 1, **XYXY}, "boxes", boxes=BOXES),
    row("RandomRotation", {"factor": 0.1, "bounding_box_format": "rel_xywh"}, "boxes", boxes=BOXES),
    row("RandAugment", {"num_ops": 1, **XYXY}, "boxes", boxes=BOXES),
    row("Resizing", {"height": 4, "width": 9, **XYXY}, "boxes", boxes=BOXES),
    row("CenterCrop", {"height": 7, "width": 3, **XYXY}, "boxes", boxes=BOXES),
    row("RandomFlip", {"seed": 3}, shape=[6, 5, 4, 3]),
    row("RandomFlip", {"mode": "horizontal", "seed": 1}, "horizontal", [5, 4, 3]),
    row("RandomCrop", {"height": 3, "width": 4, "seed": 1}),
    row("RandomCrop", {"height": 9, "width": 4}, "larger"),
    row("RandomTranslation", {"height_factor": 0.4, "width_factor": 0.4}, "random"),
    row("RandomRotation", {"factor": 0.5}, "random"),
    row("RandomZoom", {"height_factor": 0.5, "seed": 3}, "random"),
    row("RandomShear", {"x_factor": 0.5, "y_factor": [0.2, 0.4]}),
    row("RandomPerspective", {"factor": 1.0, "scale": 0.4}),
    row("RandomElasticTransform", {"factor": 1.0, "scale": 0.6, "seed": 2}),
    row("RandomWidth", {"factor": [-0.5, 2.0], "seed": 2}),
    row("RandomBrightness", {"factor": 0.5}, "random"),
    row("RandomContrast", {"factor": 0.5}),
    row("RandomColorDegeneration", {"factor": 1.0}, "random"),
    row("RandomGrayscale", {"factor": 0.6}),
    row("RandomHue", {"factor": 0.5, **RANGE}),
    row("RandomSaturation", {"factor": [0.2, 0.9]}),
    row("RandomInvert", {"factor": 1.0}),
    row("RandomPosterization", {"factor": [1, 4]}, "random"),
    row("RandomSharpness", {"factor": 1.0}, "random"),
    row("Solarization", {"threshold_factor": [0.3, 0.6], "addition_factor": 0.2}),
    row(
        "RandomColorJitter",
        {
            **RANGE,
            "brightness_factor": 0.3,
            "contrast_factor": 0.4,
            "saturation_factor": [0.2, 0.4],
            "hue_factor": 0.3,
        },
    ),
    row("RandomErasing", {"factor": 1.0, "scale": [0.2, 0.5]}),
    row("RandomGaussianBlur", {"factor": 1.0, "kernel_size": 3, "sigma": 1.0}),
    row("MixUp", {"alpha": 0.4}),
    row("MixUp", {"alpha": 0.4, "seed": 12}, "labels", labels=True),
    row("CutMix", {"factor": 1.0}),
    row("CutMix", {"factor": 1.0, "seed": 12}, "labels", labels=True),
    row("RandAugment", {**RANGE, "factor": 0.8}),
    row("AugMix", {**RANGE, "factor": 0.6, "all_ops": False}),
    row(
        "Pipeline",
        {
            "layers": [
                inner("RandomFlip", seed=4, name="flip"),
                inner("RandomInvert", factor=1.0, name="invert"),
            ]
        },
    ),
]
