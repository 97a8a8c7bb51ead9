"""Audio: the one clock, and the two ends of the ring."""
