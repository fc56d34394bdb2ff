"""Predictors held against cases they have not seen: who predicts, on which cases, how well."""
