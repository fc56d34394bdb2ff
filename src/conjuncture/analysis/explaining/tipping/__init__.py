"""Where a probability tips as numbers move."""
