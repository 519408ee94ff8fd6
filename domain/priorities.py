"""How urgent calls to Telnyx are. Temporal starts the lowest number first; without one the priority is 3."""

DEFAULT = 3
POLL = 4
"""Polls of orders wait for everything else: thousands that are due must not delay the code that a person typed."""
