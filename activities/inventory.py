"""Which numbers a Telnyx account hosts: what is active has no claim in the list of orders any more."""

from collections.abc import Sequence

from activities.ports import Telnyx

FEW = 10
"""So many numbers are asked about one by one. Two hundred such calls would not fit any limit of time or rate, while
the whole inventory comes 250 numbers a page."""


async def find_hosted(telnyx: Telnyx, phone_numbers: Sequence[str]) -> list[str]:
    """Those of the numbers that the account hosts, sorted."""
    if len(phone_numbers) > FEW:
        rows = await telnyx.all_hosted_numbers()
    else:
        rows = [row for number in phone_numbers for row in await telnyx.all_hosted_numbers(phone_number=number)]
    return sorted(set(phone_numbers) & {row.phone_number for row in rows})
