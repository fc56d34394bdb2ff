"""Why it ended as it did: who made the difference, on what it hangs, where it tips."""
