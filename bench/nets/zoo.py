"""The nets that are measured."""

from .spec import Net


def digits() -> Net:
    net = Net("digits", (28, 28, 1))
    net.add("Conv2D", filters=16, kernel_size=3, activation="relu")
    net.add("MaxPooling2D", pool_size=2, strides=2)
    net.add("Conv2D", filters=32, kernel_size=3, activation="relu")
    net.add("MaxPooling2D", pool_size=2, strides=2)
    net.add("Flatten")
    net.add("Dense", units=10, activation="softmax")
    return net


def _convolution(net: Net, filters: int, size: int, stride: int = 1, relu: float | bool = True) -> str:
    """A convolution without bias, batch normalization and, unless relu is False, an activation."""
    net.add("Conv2D", filters=filters, kernel_size=size, strides=stride, use_bias=False)
    net.add("BatchNormalization")
    if relu is not False:
        net.add("ReLU", **({} if relu is True else {"max_value": relu}))
    return net.last


def _basic_block(net: Net, filters: int, stride: int) -> None:
    """Two 3x3 convolutions beside a shortcut, as in ResNet-18."""
    before = net.last
    _convolution(net, filters, 3, stride)
    inner = _convolution(net, filters, 3, relu=False)
    if stride != 1 or net.shapes[before][-1] != filters:
        net.last = before
        before = _convolution(net, filters, 1, stride, relu=False)
    net.add("Add", inner, before)
    net.add("ReLU")


def residual() -> Net:
    """Three basic blocks on 28x28 images: a net with batch normalization and shortcuts that trains in a moment."""
    net = Net("residual", (28, 28, 1))
    _convolution(net, 8, 3)
    for filters, stride in ((8, 1), (16, 2), (32, 2)):
        _basic_block(net, filters, stride)
    net.add("GlobalAveragePooling2D")
    net.add("Dense", units=10, activation="softmax")
    return net


def resnet18() -> Net:
    net = Net("resnet18", (224, 224, 3), 1000)
    _convolution(net, 64, 7, 2)
    net.add("MaxPooling2D", pool_size=3, strides=2, padding="same")
    for filters, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        _basic_block(net, filters, stride)
        _basic_block(net, filters, 1)
    net.add("GlobalAveragePooling2D")
    net.add("Dense", units=1000, activation="softmax")
    return net


# Expansion, output channels, repetitions, stride of the first: table 2 of the paper (arXiv 1801.04381).
INVERTED = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenetv2() -> Net:
    net = Net("mobilenetv2", (224, 224, 3), 1000)
    _convolution(net, 32, 3, 2, relu=6.0)
    for expansion, filters, repeats, first in INVERTED:
        for i in range(repeats):
            before, stride = net.last, first if i == 0 else 1
            channels = net.shapes[before][-1]
            if expansion > 1:
                _convolution(net, channels * expansion, 1, relu=6.0)
            net.add("DepthwiseConv2D", kernel_size=3, strides=stride, use_bias=False)
            net.add("BatchNormalization")
            net.add("ReLU", max_value=6.0)
            _convolution(net, filters, 1, relu=False)
            if stride == 1 and channels == filters:
                net.add("Add", net.last, before)
    _convolution(net, 1280, 1, relu=6.0)
    net.add("GlobalAveragePooling2D")
    net.add("Dense", units=1000, activation="softmax")
    return net


def lstm() -> Net:
    """128 units over 50 steps of 64 numbers."""
    net = Net("lstm", (50, 64))
    net.add("LSTM", units=128)
    net.add("Dense", units=10, activation="softmax")
    return net


def transformer() -> Net:
    """One block of width 256 with 8 heads over 128 steps, normalised after each sum, and a classifier on its mean."""
    net = Net("transformer", (128, 256))
    attended = net.add("MultiHeadAttention", num_heads=8, key_dim=32)
    net.add("Add", attended, "input")
    middle = net.add("LayerNormalization", epsilon=1e-3)
    net.add("Dense", units=1024, activation="relu")
    net.add("Dense", units=256)
    net.add("Add", net.last, middle)
    net.add("LayerNormalization", epsilon=1e-3)
    net.add("GlobalAveragePooling1D")
    net.add("Dense", units=10, activation="softmax")
    return net


def xor() -> Net:
    net = Net("xor", (2,), 1)
    net.add("Dense", units=3, activation="sigmoid")
    net.add("Dense", units=1, activation="sigmoid")
    return net


NETS = {make.__name__: make for make in (digits, residual, resnet18, mobilenetv2, lstm, transformer, xor)}
# Nets that are trained; the others are built for prediction only.
TRAINED = ("digits", "residual", "lstm", "transformer")
