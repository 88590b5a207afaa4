"""The CPU engine: plain loops over typed arrays. See engine."""
