"""The methods that explanations are computed with, each known from its paper."""
