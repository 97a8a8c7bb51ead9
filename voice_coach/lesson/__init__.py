"""Teaching the coach a person's voice: it asks for words aloud, listens, and learns."""
