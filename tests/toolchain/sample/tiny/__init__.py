"""A library in small, with one module of each kind: what the toolchain tests transpile and bundle."""
