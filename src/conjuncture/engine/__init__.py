"""The engine: draw worlds on the host, run histories in one compiled program, count."""
