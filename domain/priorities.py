"""How urgent calls to Telnyx are, and between whom they are shared out.

Temporal starts the lowest priority first; without one it is 3. Among calls of the same priority the fairness keys take
turns.
"""

import hashlib

DEFAULT = 3
POLL = 4
"""Polls of orders wait for everything else: thousands that are due must not delay the code that a person typed."""

_LONGEST_KEY = 64
"""Bytes of a fairness key. The server refuses a longer one, which would stop the workflow."""
_DIGEST = 32


def fairness_key(account: str, customer: str = "") -> str:
    """Whose turn a call takes: that of an account, or of one customer of it. A long key is shortened by a digest."""
    key = f"{account}/{customer}" if customer else account
    if len(key.encode()) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    return f"{key.encode()[: _LONGEST_KEY - _DIGEST - 1].decode(errors='ignore')}~{digest}"
