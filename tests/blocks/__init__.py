"""Tests of ops, layers, losses, metrics and optimizers."""
