"""Dtypes, dimensions, nodes, tensors, the primitive operations with their gradients, random keys."""
