"""The faults of a delivery that a later try may not meet."""

from temporalio.service import RPCError


class Overloaded(Exception):  # noqa: N818 - named for the state
    """Too much is in progress. The sender must come back."""


TEMPORAL_FAULTS = (RPCError, TimeoutError)
"""The errors of a Temporal that does not answer as it should."""

FAULTS = (*TEMPORAL_FAULTS, Overloaded)
"""Everything that is worth another try."""
