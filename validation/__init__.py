"""The mechanisms against data: how far their rules are off what was in fact decided."""
