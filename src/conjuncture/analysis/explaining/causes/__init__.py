"""Who would have turned a history: actual causes."""
