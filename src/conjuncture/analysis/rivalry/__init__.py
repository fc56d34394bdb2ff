"""Two accounts of one crisis, held against the same evidence."""
