"""The version of the package and of the language it reads."""

from importlib.metadata import version

__version__ = version("conjuncture")

LANGUAGE = 1
"""Version of the scenario language and of the addresses of draws."""
