"""How long things that were found out, signed or claimed stay good."""

from datetime import timedelta

CHECK_GOOD_FOR = timedelta(days=1)
"""An eligibility check. Whether a number can be hosted may change until it is ordered (docs/telnyx.md §11)."""

LOA_GOOD_FOR = timedelta(days=30)
"""An LOA after its signature (docs/telnyx.md §9). Only the time of its hand-in is known, so the age counts from
there."""

CLAIM_IS_RECENT_FOR = timedelta(hours=1)
"""After a claim moved to another run, orders of the earlier run may still arrive for so long. Longer than any attempt
to place an order lives."""

RELAPSE_WITHIN = timedelta(hours=1)
"""A stop that comes so soon after the account was resumed by itself is the same stop: its probes stay rare."""

OUTAGE_LASTS = timedelta(minutes=30)
"""After the last report that Telnyx does not answer. Failing calls report again every ten minutes."""
