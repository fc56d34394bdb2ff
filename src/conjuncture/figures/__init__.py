"""Pictures of results, readable in print and without colour vision."""
