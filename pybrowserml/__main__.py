"""`python -m pybrowserml`: the command line."""

from .tools.cli import app

app()
