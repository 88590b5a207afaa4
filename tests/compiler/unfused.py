"""The compiler without fusion: one group, so one step, a node."""

from contextlib import contextmanager

from pybrowserml.compiler import compile as compiling
from pybrowserml.compiler import fuse
from pybrowserml.compiler.fuse import Fusion


@contextmanager
def without_fusion():
    place, attach, join = Fusion.place, Fusion.attach_epilogues, compiling.join_rows
    reductions = compiling.join_reductions
    again = compiling.recompute

    def alone(self, node):
        self.put(self.new_group(node.outputs[0][0]), node)

    fuse.Fusion.place = alone
    fuse.Fusion.attach_epilogues = lambda self: None
    compiling.join_rows = lambda fusion: None
    compiling.join_reductions = lambda fusion: None
    compiling.recompute = lambda fusion, outputs, passes: None
    try:
        yield
    finally:
        fuse.Fusion.place, fuse.Fusion.attach_epilogues = place, attach
        compiling.join_rows = join
        compiling.join_reductions = reductions
        compiling.recompute = again
