"""The mechanisms: one folder each, the political science written for one history."""
