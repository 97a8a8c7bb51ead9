"""The coach as a systemd service: see docs/use/service.md."""

from voice_coach.service.notify import Heartbeat, Supervisor, supervised, supervisor

__all__ = ["Heartbeat", "Supervisor", "supervised", "supervisor"]
