"""Engines: the contract, and one folder an engine."""
