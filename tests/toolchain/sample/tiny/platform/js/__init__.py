"""JavaScript twins."""
