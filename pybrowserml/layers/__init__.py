"""Layers, under Keras's names."""

from .activations import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax, ThresholdedReLU
from .attention import AdditiveAttention, Attention, GroupQueryAttention, MultiHeadAttention
from .augmentation import (
    AugMix,
    AutoContrast,
    ContrastLimitedAdaptiveHistogramEqualization,
    CutMix,
    Equalization,
    MaxNumBoundingBoxes,
    MixUp,
    Pipeline,
    RandAugment,
    RandomBrightness,
    RandomColorDegeneration,
    RandomColorJitter,
    RandomContrast,
    RandomCrop,
    RandomElasticTransform,
    RandomErasing,
    RandomFlip,
    RandomGaussianBlur,
    RandomGrayscale,
    RandomHue,
    RandomInvert,
    RandomPerspective,
    RandomPosterization,
    RandomRotation,
    RandomSaturation,
    RandomSharpness,
    RandomShear,
    RandomTranslation,
    RandomWidth,
    RandomZoom,
    Solarization,
)
from .basic import Identity, Lambda, Masking
from .batch_normalization import BatchNormalization
from .configurations import deserialize, serialize
from .convolution import Conv1D, Conv2D, Conv3D
from .convolution import Conv1D as Convolution1D
from .convolution import Conv2D as Convolution2D
from .convolution import Conv3D as Convolution3D
from .convolution_separable import DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from .convolution_separable import SeparableConv1D as SeparableConvolution1D
from .convolution_separable import SeparableConv2D as SeparableConvolution2D
from .convolution_transposed import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from .convolution_transposed import Conv1DTranspose as Convolution1DTranspose
from .convolution_transposed import Conv2DTranspose as Convolution2DTranspose
from .convolution_transposed import Conv3DTranspose as Convolution3DTranspose
from .dense import Dense
from .dropout import AlphaDropout, Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from .einsum_dense import EinsumDense
from .embedding import Embedding, ReversibleEmbedding
from .input import Input, InputLayer
from .input_spec import InputSpec
from .layer import Layer
from .margins import Cropping1D, Cropping2D, Cropping3D, ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from .merging import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract
from .merging_functions import add, average, concatenate, dot, maximum, minimum, multiply, subtract
from .noise import ActivityRegularization, GaussianDropout, GaussianNoise
from .normalization import GroupNormalization, LayerNormalization, RMSNormalization, UnitNormalization
from .pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from .pooling import AveragePooling1D as AvgPool1D
from .pooling import AveragePooling2D as AvgPool2D
from .pooling import AveragePooling3D as AvgPool3D
from .pooling import GlobalAveragePooling1D as GlobalAvgPool1D
from .pooling import GlobalAveragePooling2D as GlobalAvgPool2D
from .pooling import GlobalAveragePooling3D as GlobalAvgPool3D
from .pooling import GlobalMaxPooling1D as GlobalMaxPool1D
from .pooling import GlobalMaxPooling2D as GlobalMaxPool2D
from .pooling import GlobalMaxPooling3D as GlobalMaxPool3D
from .pooling import MaxPooling1D as MaxPool1D
from .pooling import MaxPooling2D as MaxPool2D
from .pooling import MaxPooling3D as MaxPool3D
from .preprocessing import (
    CategoryEncoding,
    CenterCrop,
    Discretization,
    HashedCrossing,
    Hashing,
    IntegerLookup,
    MelSpectrogram,
    Resizing,
    STFTSpectrogram,
    StringLookup,
    TextVectorization,
)
from .recurrent import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    ConvLSTM1D,
    ConvLSTM2D,
    ConvLSTM3D,
    GRUCell,
    LSTMCell,
    SimpleRNN,
    SimpleRNNCell,
    StackedRNNCells,
    TimeDistributed,
)
from .reshaping import Flatten, Permute, RepeatVector, Rescaling, Reshape
from .standardization import Normalization
from .upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from .wrapper import SpectralNormalization, Wrapper
