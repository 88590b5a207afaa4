"""The clock of the GPU, and waiting for it at once: what only a profiler wants. CPython has no GPU."""


def _missing(*given):
    raise NotImplementedError("there is no WebGL in CPython")


open_clock = _missing
start_span = _missing
end_span = _missing
span_ready = _missing
take_span = _missing
was_disturbed = _missing
wait_for_gpu = _missing
