"""What the winners will do: the mechanism ``programme``."""
