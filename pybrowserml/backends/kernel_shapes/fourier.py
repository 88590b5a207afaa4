"""What a Fourier transform step must look like for integer shapes."""

from ...core.lists import same_items
from .common import expect


def fft_shape(params, inputs, outputs):
    if len(inputs[0]) == 0 or not same_items(inputs[0], inputs[1]):
        return "needs real and imaginary part of one shape of rank 1 or more"
    wrong = expect(inputs[0], outputs[0])
    return expect(inputs[0], outputs[1]) if wrong is None else wrong
