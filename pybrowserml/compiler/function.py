"""Functions of tensors, compiled once per structure and run many times."""

from ..backends.runner import COUNTERS, PlanRunner, read_outputs
from ..core.graph import placeholder, record_trace
from .compile import compile_graph

__all__ = ["COUNTERS", "PlanRunner", "read_outputs", "trace_runner"]


def trace_runner(function, specs):
    """Trace and compile a function to a PlanRunner.

    function: takes a list of tensors, returns a list of [name, tensor]; may read and assign variables. specs: one
    [name, shape, dtype] per input; shapes may hold symbolic dimensions.
    """
    COUNTERS.traces = COUNTERS.traces + 1
    names = [spec[0] for spec in specs]

    def body():
        inputs = [placeholder(spec[0], spec[1], spec[2]) for spec in specs]
        return [inputs, function(inputs)]

    traced = record_trace(body)
    inputs = traced[0][0]
    results = traced[0][1]
    COUNTERS.compiles = COUNTERS.compiles + 1
    compilation = compile_graph(
        [entry[1] for entry in results],
        [entry[0] for entry in results],
        inputs,
        names,
        traced[1].assignments(),
    )
    runner = PlanRunner(compilation.plan, compilation.variables)
    runner.passes = compilation.passes
    return runner
