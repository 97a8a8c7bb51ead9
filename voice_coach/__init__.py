"""voice-coach: an offline, hands-free coach for someone whose back has just seized."""

__version__ = "0.1.0"
