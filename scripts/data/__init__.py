"""Builds the tables of ``conjuncture.data`` from the files that their authors publish."""
