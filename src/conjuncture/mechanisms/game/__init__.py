"""A game: who moves when, knowing what, and what each gets at the end."""
