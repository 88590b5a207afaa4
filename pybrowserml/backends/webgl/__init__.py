"""The WebGL2 engine: plans run as draws into float and integer textures.

Layout: a tensor [..., C] has rows (the product of the leading axes) of ceil(C / 4) RGBA texels. A texture
array holds it: row r lies in layer r % L, at index (r // L) * quads + quad, folded into a width that is a
power of two. L is the number of render targets the device allows (1 for a single row). A draw attaches L
layers, so that one fragment computes L neighbouring rows: register blocking for matrix products and
convolutions. Every kernel reads every tensor through one sampler. float32 lives in RGBA32F; int32, bool and
uint8 in RGBA32I. Lanes beyond C hold anything.
"""
