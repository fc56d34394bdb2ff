"""The parts of the benchmark: each runs something and returns rows."""
