"""Who prevails when force faces force."""
