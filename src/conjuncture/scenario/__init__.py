"""What a crisis is: reading a scenario, its values and where they come from."""
