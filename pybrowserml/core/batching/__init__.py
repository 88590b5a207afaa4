"""Batching: graphs for one element → graphs for many, one rule a primitive (`table`)."""
