"""Prints the processor seconds of a rebuild of the library in the folder argv[1] after one file changed there.

JSON: [Python's, those of all processes it started]. A process of its own, so that esbuild, which outlives its caller
by a moment, is counted too.
"""

import ctypes
import json
import os
import resource
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def main():
    root = Path(sys.argv[1])
    sys.path.insert(0, str(root))
    from pybrowserml.tools.bundle import bundle_all

    assert Path(bundle_all.__code__.co_filename).is_relative_to(root)
    out, cache = root / "out", root / "build" / ".cache" / "modules"
    if sys.argv[2] == "first":
        bundle_all(out, cache)
        return
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.perf_counter()
    made = bundle_all(out, cache)
    wall = time.perf_counter() - begin
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    seconds = [sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"made": made, "python": seconds[0], "others": seconds[1], "wall": wall}))


if __name__ == "__main__":
    main()
