"""Questions asked of ensembles: queries, claims, verdicts. It computes and shows nothing."""
