"""What the benchmarks hear, made once for all: recordings, voices, noise, rooms."""
