"""Audio: one sample clock, a microphone (near end) and a loudspeaker (far end)."""
