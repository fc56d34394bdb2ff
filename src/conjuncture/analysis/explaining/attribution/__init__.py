"""What each force or condition brings to an outcome."""
