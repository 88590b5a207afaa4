"""The linter of the transpilable subset: what means one thing in Python and another in JavaScript."""

from .check import Finding, check_file, check_source, transpilable_files
from .rule import RULES, Rule

__all__ = ["RULES", "Finding", "Rule", "check_file", "check_source", "transpilable_files"]
