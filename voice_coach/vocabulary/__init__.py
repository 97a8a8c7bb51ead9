"""The words a hearing model knows: its graph, and words of one's own added to it."""
