"""JavaScript twins of the platform modules."""
