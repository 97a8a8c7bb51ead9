"""What the program costs and how well it hears: `python -m benchmarks` prints the figures."""
