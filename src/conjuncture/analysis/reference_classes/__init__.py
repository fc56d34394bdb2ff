"""Reference classes: what became of cases like this one, and how far the scenario stands off."""
