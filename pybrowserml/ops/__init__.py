"""Operations on tensors, under Keras's names."""

from typing import TYPE_CHECKING

from ..core.opset.binary import (
    add,
    arctan2,
    divide,
    equal,
    floor_divide,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_or,
    maximum,
    minimum,
    mod,
    multiply,
    not_equal,
    power,
    subtract,
)
from ..core.opset.bits import bitwise_and, bitwise_or, bitwise_xor
from ..core.opset.movement import flip, reshape, transpose
from ..core.opset.unary import (
    absolute,
    cast,
    ceil,
    cos,
    erf,
    exp,
    expm1,
    floor,
    isfinite,
    isnan,
    log,
    log1p,
    logical_not,
    negative,
    reciprocal,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sqrt,
    stop_gradient,
    tan,
    tanh,
)
from ..transforms.gradient import custom_gradient
from . import image
from .activations import (
    celu,
    elu,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    prelu,
    relu,
    relu6,
    selu,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh_shrink,
    threshold,
)
from .associative import associative_scan
from .attention import dot_product_attention
from .bits import (
    bitwise_invert,
    bitwise_left_shift,
    bitwise_not,
    bitwise_right_shift,
    gcd,
    lcm,
    ldexp,
    left_shift,
    nextafter,
    right_shift,
    saturate_cast,
    signbit,
    view,
)
from .complexes import polar, view_as_complex, view_as_real
from .control import cond, fori_loop, map, scan, switch, while_loop
from .convolution import conv, conv_transpose, depthwise_conv, separable_conv
from .convolution_forms import (
    conv1d,
    conv2d,
    conv2d_transpose,
    conv3d,
    conv3d_transpose,
    depthwise_conv2d,
    dilation2d,
    separable_conv2d,
)
from .counting import bincount, confusion_matrix, dense_bincount, histogram
from .creation import (
    array,
    broadcast_args,
    clone,
    convert_to_numpy,
    convert_to_tensor,
    copy,
    dtype,
    empty,
    empty_like,
    ensure_shape,
    fill,
    full,
    full_like,
    is_tensor,
    ndim,
    ones,
    ones_like,
    shape,
    size,
    zeros,
    zeros_like,
)
from .ctc import ctc_decode, ctc_loss
from .equations import einsum
from .factorization import cholesky, lu_factor, qr
from .fourier import enclosing_power_of_two, fft, fft2, ifft, ifft2, irfft, rfft
from .image.filters import psnr
from .incomplete_gamma import gammainc, gammaincc
from .indexing import gather_nd, slice, slice_update, take, take_along_axis
from .joining import (
    append,
    array_split,
    concatenate,
    dsplit,
    dstack,
    hsplit,
    hstack,
    split,
    stack,
    unstack,
    vsplit,
    vstack,
)
from .keys import get_item, strided_slice
from .linear_systems import cholesky_inverse, det, inv, logdet, matrix_power, slogdet, solve
from .losses import binary_crossentropy, categorical_crossentropy, one_hot, sparse_categorical_crossentropy
from .mapping import vectorized_map
from .math import (
    abs,
    add_n,
    cbrt,
    clip,
    divide_no_nan,
    exp2,
    fabs,
    fmax,
    fmin,
    fmod,
    heaviside,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    nan_to_num,
    round,
    square,
    squared_difference,
    step,
    true_divide,
    trunc,
)
from .matrices import band_part, diag, diagflat, diagonal, eye, identity, trace, tri, tril, triu
from .movement import (
    broadcast_arrays,
    broadcast_to,
    diff,
    expand_dims,
    fliplr,
    flipud,
    moveaxis,
    ravel,
    repeat,
    roll,
    rot90,
    select,
    squeeze,
    swapaxes,
    tile,
)
from .nan_reduction import nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar
from .normalization import (
    batch_normalization,
    layer_normalization,
    local_response_normalization,
    rms_normalization,
)
from .padding import mirror_pad, pad
from .patches import fold, unfold
from .patterns import rearrange
from .pooling import (
    adaptive_average_pool,
    adaptive_max_pool,
    average_pool,
    max_pool,
    max_pool_with_argmax,
    pool,
)
from .predicates import allclose, isclose, isinf, isneginf, isposinf, isreal, logical_xor
from .products import convolve, correlate, cross, dot, inner, kron, matmul, outer, tensordot, vdot
from .quantiles import median, nanmedian, nanpercentile, nanquantile, percentile, quantile
from .reduction import (
    all,
    amax,
    amin,
    any,
    argmax,
    argmin,
    average,
    count_nonzero,
    euclidean_norm,
    logsumexp,
    max,
    mean,
    min,
    moments,
    norm,
    normalize,
    prod,
    ptp,
    std,
    sum,
    var,
)
from .scans import cummax, cummin, cumprod, cumsum, logcumsumexp, nancumprod, nancumsum
from .scattering import (
    multi_hot,
    ravel_multi_index,
    scatter,
    scatter_update,
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
    sparse_to_dense,
    unravel_index,
    unsorted_segment_sum,
)
from .searching import digitize, in_top_k, isin, lower_bound, searchsorted, upper_bound
from .sequences import arange, geomspace, linspace, logspace, meshgrid, vander
from .sets import argwhere, boolean_mask, nonzero, setdiff1d, unique, where
from .signal import extract_sequences, frame, istft, overlap_add, stft
from .sorting import argpartition, argsort, partition, sort, top_k
from .space import batch_to_space_nd, depth_to_space, space_to_batch_nd, space_to_depth
from .special import digamma, erfc, erfinv, i0, i0e, i1, i1e, lgamma
from .spectra import eigh, lstsq, matrix_rank, pinv, svd
from .statistics import cdist, corrcoef, moving_average, trapezoid
from .triangular import solve_triangular
from .trigonometry import (
    angle,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctanh,
    conj,
    conjugate,
    cosh,
    deg2rad,
    hypot,
    imag,
    rad2deg,
    real,
    sinc,
    sinh,
)
from .weighted_losses import (
    absolute_difference,
    compute_weighted_loss,
    cosine_distance,
    hinge_loss,
    huber_loss,
    log_loss,
    mean_squared_error,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)
from .windows import bartlett, blackman, cosine_window, hamming, hamming_window, hann_window, hanning, kaiser

if TYPE_CHECKING:
    # Where Keras groups its ops by subject, all are found by each name; the entrance sets them.
    from pybrowserml import ops as linalg
    from pybrowserml import ops as nn
    from pybrowserml import ops as numpy
    from pybrowserml.transforms import jvp
