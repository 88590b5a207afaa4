"""What differs between CPython and JavaScript."""
