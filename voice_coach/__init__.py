"""voice-coach: an offline, hands-free coach for someone whose back has just seized."""

import os

# onnxruntime, which speaks for piper, reports its use to its maker unless told not to beforehand.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.2.0"
