"""Rehearsals: whole sessions without a person, a microphone or a loudspeaker."""
