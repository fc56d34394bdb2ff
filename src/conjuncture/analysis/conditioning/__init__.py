"""Worlds that could have produced everything that happened."""
