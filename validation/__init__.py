"""The mechanisms against data: how far rules and predictions are off what came in fact."""
