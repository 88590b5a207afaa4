"""Importers of other libraries' model files (CPython only)."""
