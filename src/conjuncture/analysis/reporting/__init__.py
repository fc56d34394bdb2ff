"""Results as plain dictionaries: the documented shapes of ``--json``."""
