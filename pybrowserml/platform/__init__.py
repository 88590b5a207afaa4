"""The only seam between CPython and JavaScript.

Each module here has a twin of the same name and the same public names in `js/`, which takes its place when the library
is transpiled.
"""
