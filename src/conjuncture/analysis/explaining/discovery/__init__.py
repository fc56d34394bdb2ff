"""In which worlds something holds."""
