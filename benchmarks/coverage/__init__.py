"""How much of what people naturally say is understood, by its words and by its sound."""
