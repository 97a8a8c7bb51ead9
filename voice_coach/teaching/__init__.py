"""Learning a person's voice from a few takes: adapting the hearing model without torch."""
