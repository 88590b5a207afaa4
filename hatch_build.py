"""Wheel hook: puts the built JavaScript runtime inside the package, so that its user needs no Node."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuntimeHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        runtime = Path(self.root) / "build" / "dist"
        if not (runtime / "runtime.mjs").exists():
            raise FileNotFoundError(f"{runtime} holds no runtime; run `make build` before building the wheel")
        # What `pybrowserml build` copies from: no source maps, no CommonJS, and not the library, which is npm's.
        for file in sorted(runtime.glob("runtime.*")):
            if file.suffix in (".mjs", ".js", ".json"):
                build_data["force_include"][str(file)] = f"pybrowserml/tools/runtime/{file.name}"
