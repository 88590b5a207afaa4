"""Graph → plan, in passes that each have one file; and the functions that run plans."""
