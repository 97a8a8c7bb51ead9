"""Two versions of the program hear the same recordings: what one gains, and what it loses."""
