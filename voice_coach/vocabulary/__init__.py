"""The words a hearing model knows: its graph, and a person's own words added to it."""
