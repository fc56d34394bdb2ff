"""Learning constants from cases whose end is known: populations, their fit, what came of it."""
