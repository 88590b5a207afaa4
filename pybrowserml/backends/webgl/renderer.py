"""Who draws: a GPU, or a processor that plays one."""

from ...platform.text import has_match

# SwiftShader (Chromium), llvmpipe and softpipe (Mesa), Windows' WARP ("Microsoft Basic Render Driver"), Apple's.
SOFTWARE = "swiftshader|llvmpipe|softpipe|swrast|software|basic render"


def is_software(renderer):
    """Whether a renderer, as WebGL names it, is no GPU. A browser that hides the name gets the benefit of the doubt."""
    return has_match(SOFTWARE, renderer.lower())


def is_sampled(renderer):
    """Whether `texture` at the middle of a texel takes less time than `texelFetch`, whose bounds SwiftShader checks for
    each pixel: half of it in products."""
    return has_match("swiftshader", renderer.lower())
