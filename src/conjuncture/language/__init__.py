"""The small language of values, expressions, events, interventions and queries."""
