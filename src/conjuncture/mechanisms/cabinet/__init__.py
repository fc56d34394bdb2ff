"""Who gets the posts."""
