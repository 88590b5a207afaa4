"""Command-line toolchain; runs on CPython only."""
