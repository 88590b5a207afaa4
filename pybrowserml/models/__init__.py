"""Models: build, train, save, load, freeze."""
