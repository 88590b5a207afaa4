"""Shape rules of kernels, by family; the rows of the cpu engine's table name them."""
