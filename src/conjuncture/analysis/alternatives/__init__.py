"""The claims under other choices between models."""
