"""How often a running activity reports that it is alive, and when the server takes its worker for dead."""

from datetime import timedelta

EVERY = timedelta(seconds=3)
"""Between two heartbeats of an activity that calls Telnyx."""
TIMEOUT = timedelta(seconds=10)
"""Without a heartbeat for so long the server gives the work to another worker."""
