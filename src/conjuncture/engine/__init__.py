"""The engine: draw worlds on the host, run histories in one compiled program, count."""

from conjuncture.engine.compiler import ask_for_extra_options

ask_for_extra_options()
