"""The GLSL library: our own elementary functions, random bits and integer helpers, all on vec4 lanes.

The built-in exp, log, sin, ... of GLSL are too coarse for training (1e-4 on some devices), so these are polynomials
with relative errors near 1e-7. Denormals count as zero. The sources stand in `glsl/`, by subject.
"""

from .glsl import angles, choices, exponential, integers, quotients, special

SUBJECTS = [
    choices.FUNCTIONS,
    quotients.FUNCTIONS,
    exponential.FUNCTIONS,
    angles.FUNCTIONS,
    special.FUNCTIONS,
    integers.FUNCTIONS,
]


def _library():
    table = {}
    for subject in SUBJECTS:
        for function_name in subject.keys():
            table[function_name] = subject[function_name]
    return table


LIBRARY = _library()


def library_source(needed):
    """GLSL of the functions named and of all they call, each once, callees first."""
    done = []
    parts = []
    for function_name in needed:
        _collect(function_name, done, parts)
    return "\n".join(parts)


def _collect(function_name, done, parts):
    if function_name in done:
        return None
    done.append(function_name)
    entry = LIBRARY[function_name]
    for callee in entry[0]:
        _collect(callee, done, parts)
    parts.append(entry[1])
    return None
