"""Whether those who fought each other close ranks."""
