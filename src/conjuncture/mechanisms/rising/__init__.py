"""Whether a crowd rises, and whether that carries."""
