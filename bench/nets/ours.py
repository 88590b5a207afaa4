"""The folder that `pybrowserml build` makes of a net."""

from pathlib import Path

import pybrowserml as pb
from pybrowserml.tools.build import BuildOptions, build_bundle

from .layers import make
from .spec import Net


def write(net: Net, folder: Path, trainable: bool, minify: bool) -> None:
    build_bundle(make(net, pb), folder, BuildOptions(trainable=trainable, minify=minify))
