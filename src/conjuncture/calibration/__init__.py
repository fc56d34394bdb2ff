"""Constants learned from cases whose end is known: populations, their fit, and what came of it."""
