"""On which unknowns a probability hangs."""
