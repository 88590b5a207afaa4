"""Rows of the layers without recurrence, attention and preprocessing."""

import numpy as np

from .rows import Row

SEQUENCE = [2, 7, 4]
IMAGE = [2, 6, 5, 4]
VOLUME = [2, 5, 4, 6, 2]
FIRST = {"data_format": "channels_first"}


def dense(units, **arguments):
    return {"layer": "Dense", "arguments": {"units": units, **arguments}}


CONVOLUTIONS = [
    Row("Conv1D", {"filters": 3, "kernel_size": 3}, SEQUENCE),
    Row(
        "Conv1D",
        {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "relu"},
        SEQUENCE,
        "causal",
    ),
    Row(
        "Conv1D",
        {"filters": 4, "kernel_size": 2, "strides": 2, "padding": "same", "groups": 2, **FIRST},
        [2, 4, 7],
        "first_groups",
    ),
    Row(
        "Conv2D",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"},
        IMAGE,
    ),
    Row(
        "Conv2D",
        {"filters": 4, "kernel_size": [2, 3], "dilation_rate": [2, 1], "groups": 2, "use_bias": False},
        IMAGE,
        "dilated_groups",
    ),
    Row("Conv2D", {"filters": 3, "kernel_size": 2, "activation": "softmax", **FIRST}, IMAGE, "first"),
    Row("Conv3D", {"filters": 3, "kernel_size": [2, 3, 2], "strides": [1, 1, 2]}, VOLUME),
    Row(
        "Conv3D",
        {"filters": 2, "kernel_size": 3, "padding": "same", "groups": 2, **FIRST},
        [2, 2, 3, 4, 3],
        "first",
    ),
    Row("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, SEQUENCE),
    Row(
        "Conv1DTranspose",
        {"filters": 2, "kernel_size": 4, "strides": 3, "padding": "same", "output_padding": 1, **FIRST},
        [2, 4, 5],
        "first",
    ),
    Row(
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "tanh"},
        [2, 4, 3, 4],
    ),
    Row(
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": [2, 3], "strides": [3, 2], "output_padding": [1, 0], **FIRST},
        [2, 3, 3, 4],
        "first",
    ),
    Row("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "dilation_rate": 2}, [2, 4, 3, 3], "dilated"),
    Row("Conv3DTranspose", {"filters": 2, "kernel_size": 2, "strides": [1, 2, 2]}, [2, 2, 3, 2, 3]),
    Row(
        "Conv3DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", **FIRST},
        [2, 3, 2, 2, 3],
        "first",
    ),
    Row("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2, "activation": "tanh"}, SEQUENCE),
    Row("DepthwiseConv1D", {"kernel_size": 2, "strides": 2, "padding": "same", **FIRST}, [2, 4, 7], "first"),
    Row("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "depth_multiplier": 2}, IMAGE),
    Row("DepthwiseConv2D", {"kernel_size": [2, 3], "strides": 2, "use_bias": False, **FIRST}, IMAGE, "first"),
    Row(
        "SeparableConv1D",
        {"filters": 3, "kernel_size": 3, "depth_multiplier": 2, "padding": "same", "dilation_rate": 2},
        SEQUENCE,
    ),
    Row("SeparableConv2D", {"filters": 3, "kernel_size": [2, 3], "depth_multiplier": 2}, IMAGE),
    Row(
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 3, "padding": "same", "activation": "relu", **FIRST},
        IMAGE,
        "first",
    ),
]

POOLING = [
    Row("MaxPooling1D", {}, SEQUENCE),
    Row("MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same", **FIRST}, [2, 4, 7], "first"),
    Row("MaxPooling2D", {"pool_size": [3, 2], "strides": 2, "padding": "same"}, IMAGE),
    Row("MaxPooling2D", {**FIRST}, IMAGE, "first"),
    Row("MaxPooling3D", {"pool_size": 2, "strides": [2, 1, 3], "padding": "same"}, VOLUME),
    Row("MaxPooling3D", {**FIRST}, [2, 2, 5, 4, 6], "first"),
    Row("AveragePooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, SEQUENCE),
    Row("AveragePooling2D", {"pool_size": [3, 2], "strides": 1, "padding": "same"}, IMAGE),
    Row("AveragePooling2D", {"pool_size": 2, **FIRST}, IMAGE, "first"),
    Row("AveragePooling3D", {"pool_size": 2, "strides": [1, 2, 2], "padding": "same"}, VOLUME),
    Row("GlobalMaxPooling1D", {}, SEQUENCE),
    Row("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    Row("GlobalMaxPooling3D", {**FIRST}, VOLUME),
    Row("GlobalAveragePooling1D", {}, SEQUENCE, "masked", masks=[2]),
    Row("GlobalAveragePooling1D", {"keepdims": True, **FIRST}, SEQUENCE, "first"),
    Row("GlobalAveragePooling2D", {**FIRST}, IMAGE),
    Row("GlobalAveragePooling3D", {"keepdims": True}, VOLUME),
    Row("AdaptiveAveragePooling1D", {"output_size": 3}, SEQUENCE),
    Row("AdaptiveAveragePooling2D", {"output_size": [3, 2]}, IMAGE),
    Row("AdaptiveAveragePooling3D", {"output_size": 2, **FIRST}, [2, 2, 5, 4, 6]),
    Row("AdaptiveMaxPooling1D", {"output_size": 3}, SEQUENCE),
    Row("AdaptiveMaxPooling2D", {"output_size": [4, 2], **FIRST}, IMAGE),
    Row("AdaptiveMaxPooling3D", {"output_size": [2, 2, 4]}, VOLUME),
]

RESHAPING = [
    Row("Cropping1D", {"cropping": [1, 2]}, SEQUENCE),
    Row("Cropping1D", {}, SEQUENCE, "default"),
    Row("Cropping2D", {"cropping": [[1, 2], [0, 1]]}, IMAGE),
    Row("Cropping2D", {"cropping": [1, 2], **FIRST}, [2, 2, 6, 5], "first"),
    Row("Cropping3D", {}, VOLUME),
    Row("Cropping3D", {"cropping": [[1, 0], [0, 1], [2, 1]], **FIRST}, [2, 2, 5, 4, 6], "first"),
    Row("ZeroPadding1D", {}, SEQUENCE),
    Row("ZeroPadding1D", {"padding": [1, 2], **FIRST}, SEQUENCE, "first"),
    Row("ZeroPadding2D", {"padding": [[1, 0], [2, 1]]}, IMAGE),
    Row("ZeroPadding2D", {"padding": [1, 2], **FIRST}, IMAGE, "first"),
    Row("ZeroPadding3D", {"padding": [[0, 1], [1, 1], [2, 0]]}, VOLUME),
    Row("ZeroPadding3D", {**FIRST}, VOLUME, "first"),
    Row("UpSampling1D", {"size": 3}, SEQUENCE),
    Row("UpSampling2D", {"size": [2, 3]}, IMAGE),
    Row("UpSampling2D", {"interpolation": "bilinear", **FIRST}, [2, 2, 4, 3], "bilinear"),
    Row("UpSampling2D", {"size": [3, 2], "interpolation": "bicubic"}, [2, 4, 5, 2], "bicubic"),
    Row("UpSampling2D", {"interpolation": "lanczos3"}, [2, 4, 5, 2], "lanczos3"),
    Row("UpSampling2D", {"interpolation": "lanczos5"}, [2, 4, 5, 2], "lanczos5"),
    Row("UpSampling3D", {"size": [1, 2, 3]}, [2, 2, 3, 2, 2]),
    Row("UpSampling3D", {**FIRST}, [2, 2, 2, 3, 2], "first"),
    Row("Flatten", {}, IMAGE),
    Row("Flatten", {**FIRST}, IMAGE, "first"),
    Row("Reshape", {"target_shape": [10, -1]}, IMAGE),
    Row("Permute", {"dims": [2, 3, 1]}, IMAGE),
    Row("RepeatVector", {"n": 3}, [2, 4]),
    Row("Rescaling", {"scale": 2.0, "offset": -1.0}, IMAGE, "affine", reference=lambda x: x * 2 - 1),
]

PAIR = [[3, 4], [3, 4]]
SEQUENCES = [[2, 5, 3], [2, 5, 3]]
MERGING = [
    Row("Add", {}, [[3, 4], [3, 4], [3, 4]]),
    Row("Add", {}, [[3, 4], [3, 2, 4]], "broadcast"),
    Row("Add", {}, SEQUENCES, "masked", masks=[2, 2]),
    Row("Add", {}, SEQUENCES, "half_masked", masks=[2, None]),
    Row("Subtract", {}, PAIR),
    Row("Multiply", {}, PAIR),
    Row("Average", {}, [[3, 4], [3, 4], [3, 4]]),
    Row("Maximum", {}, PAIR),
    Row("Minimum", {}, PAIR),
    Row("Multiply", {}, [[2, 5, 3], [2, 5, 3], [2, 5, 3]], "masked", masks=[2, 2, 2]),
    Row("Maximum", {}, SEQUENCES, "masked", masks=[2, 2]),
    Row("Minimum", {}, SEQUENCES, "half_masked", masks=[None, 2]),
    Row("Concatenate", {}, [[3, 4], [3, 2]]),
    Row("Concatenate", {"axis": 1}, [[2, 4, 3], [2, 1, 3]], "masked", masks=[2, None]),
    Row("Concatenate", {}, [[2, 5, 3], [2, 5, 2]], "masked_features", masks=[2, 2]),
    Row("Dot", {"axes": -1}, [[3, 4], [3, 4]]),
    Row("Dot", {"axes": 1, "normalize": True}, [[2, 5, 3], [2, 5, 2]], "normalized"),
    Row("Dot", {"axes": [3, 1]}, [[2, 2, 3, 4], [2, 4, 3]], "ranks"),
    Row("Dot", {"axes": [1, 2]}, [[2, 3], [2, 4, 3]], "vector"),
]

NORMALISATION = [
    Row("BatchNormalization", {}, IMAGE, training=True),
    Row("BatchNormalization", {"axis": 1, "center": False, "scale": False}, [5, 3], "plain", training=True),
    Row("BatchNormalization", {"momentum": 0.9}, [3, 5, 4], "masked", masks=[2], training=True),
    Row(
        "BatchNormalization",
        {"renorm": True, "renorm_clipping": {"rmin": 0.5, "rmax": 1.2, "dmax": 0.4}, "axis": 1},
        [4, 3, 5],
        "renorm",
        training=True,
    ),
    Row("LayerNormalization", {}, SEQUENCE),
    Row("LayerNormalization", {"axis": [1, 2], "scale": False}, SEQUENCE, "axes"),
    Row("LayerNormalization", {"rms_scaling": True}, SEQUENCE, "rms", unlike=("center",)),
    Row("GroupNormalization", {"groups": 2}, IMAGE),
    Row("GroupNormalization", {"groups": -1, "axis": 1}, [2, 3, 5, 4], "instances", unlike=("groups",)),
    Row("GroupNormalization", {"groups": 2, "axis": 2, "center": False}, SEQUENCE, "axis"),
    Row("RMSNormalization", {}, SEQUENCE),
    Row("RMSNormalization", {"axis": [1, 2], "epsilon": 0.01}, SEQUENCE, "axes"),
    Row("UnitNormalization", {}, SEQUENCE),
    Row("UnitNormalization", {"axis": [1, 2]}, SEQUENCE, "axes"),
    Row("SpectralNormalization", {"layer": dense(3), "power_iterations": 2}, [4, 5], training=True),
    Row(
        "SpectralNormalization",
        {"layer": {"layer": "Conv2D", "arguments": {"filters": 3, "kernel_size": 2}}},
        [2, 4, 4, 2],
        "convolution",
        training=True,
    ),
    Row("Normalization", {}, SEQUENCE),
    Row("Normalization", {"axis": None, "mean": 0.5, "variance": 2.0}, SEQUENCE, "numbers"),
    Row(
        "Normalization",
        {"axis": [1, 2], "mean": [0.5, -1.0, 2.0], "variance": [2.0, 0.5, 0.0], "invert": True},
        [4, 2, 3],
        "invert",
    ),
]

REGULARISATION = [
    Row("Dropout", {"rate": 0.5, "noise_shape": [None, 1, 4], "seed": 3}, SEQUENCE),
    Row("SpatialDropout1D", {"rate": 0.5}, SEQUENCE),
    Row("SpatialDropout2D", {"rate": 0.5}, IMAGE),
    Row("SpatialDropout3D", {"rate": 0.5}, VOLUME),
    Row("GaussianNoise", {"stddev": 0.5}, SEQUENCE),
    Row("GaussianDropout", {"rate": 0.5}, SEQUENCE),
    Row("AlphaDropout", {"rate": 0.5}, SEQUENCE, masks=[2]),
    Row("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, SEQUENCE),
]

CORE = [
    Row("Dense", {"units": 3, "activation": "tanh"}, SEQUENCE, masks=[2]),
    Row("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}, [4, 5]),
    Row(
        "EinsumDense",
        {"equation": "abc,cde->abde", "output_shape": [None, 3, 2], "bias_axes": "de", "activation": "relu"},
        [2, 5, 4],
        "heads",
    ),
    Row(
        "EinsumDense",
        {"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"},
        [2, 3, 5, 4],
        "left",
    ),
    Row(
        "EinsumDense",
        {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"},
        [2, 4, 3],
        "right",
    ),
    Row("Embedding", {"input_dim": 7, "output_dim": 3}, [4, 2], below=7),
    Row(
        "Embedding",
        {"input_dim": 5, "output_dim": 2, "mask_zero": True},
        [4, 3],
        "masked",
        below=5,
        masks=[None],
    ),
    Row("ReversibleEmbedding", {"input_dim": 7, "output_dim": 3}, [4, 2], below=7),
    Row(
        "ReversibleEmbedding",
        {"input_dim": 7, "output_dim": 4, "logit_soft_cap": 2.0},
        [2, 3, 4],
        "reverse",
        call={"reverse": True},
    ),
    Row(
        "ReversibleEmbedding",
        {"input_dim": 5, "output_dim": 4, "tie_weights": False},
        [2, 3, 4],
        "untied",
        call={"reverse": True},
    ),
    Row("Identity", {}, SEQUENCE, masks=[2]),
    Row("Masking", {"mask_value": 0.0}, SEQUENCE, masks=[None]),
]

ACTIVATIONS = [
    Row("Activation", {"activation": "tanh"}, SEQUENCE, masks=[2]),
    Row("ReLU", {}, SEQUENCE),
    Row("ReLU", {"max_value": 1.5, "negative_slope": 0.1, "threshold": 0.25}, SEQUENCE, "all"),
    Row("ReLU", {"max_value": 6.0, "threshold": 0.5}, [50, 4], "threshold"),
    Row("LeakyReLU", {"negative_slope": 0.2}, SEQUENCE),
    Row("ELU", {"alpha": 0.7}, SEQUENCE),
    Row("PReLU", {}, IMAGE),
    Row("PReLU", {"shared_axes": [1, 2], "alpha_initializer": "ones"}, IMAGE, "shared"),
    Row("Softmax", {"axis": 1}, SEQUENCE),
    Row("Softmax", {"axis": [1, 2]}, SEQUENCE, "axes"),
    Row("Softmax", {}, SEQUENCE, "masked", masks=[3]),
    Row("ThresholdedReLU", {"theta": 0.7}, SEQUENCE, reference=lambda x: np.where(x > 0.7, x, 0.0)),
]

ROWS = [
    *CONVOLUTIONS,
    *POOLING,
    *RESHAPING,
    *MERGING,
    *NORMALISATION,
    *REGULARISATION,
    *CORE,
    *ACTIVATIONS,
]
