"""The faults of a delivery that a later try may not meet."""

from temporalio.service import RPCError


class Overloaded(Exception):  # noqa: N818 - named for the state
    """Too much is in progress. The sender must come back."""


class NotConnected(Exception):  # noqa: N818 - named for the state
    """Temporal was not reached since the process began."""


TEMPORAL_FAULTS = (RPCError, TimeoutError, NotConnected)
"""The errors of a Temporal that does not answer as it should."""

FAULTS = (*TEMPORAL_FAULTS, Overloaded)
"""Everything that is worth another try."""
