"""Which numbers a Telnyx account hosts. An order that succeeded no longer says so: the inventory does."""

from collections.abc import Sequence

from activities.ports import Telnyx

FEW = 10
"""Up to so many numbers are looked up one by one. The whole inventory comes in pages of 250 numbers, which is faster
than 200 single calls and spares the rate limit."""


async def find_hosted(telnyx: Telnyx, phone_numbers: Sequence[str]) -> list[str]:
    """Find those of the numbers that the account hosts, sorted."""
    if len(phone_numbers) > FEW:
        rows = await telnyx.all_hosted_numbers(named=phone_numbers)
    else:
        rows = [row for number in phone_numbers for row in await telnyx.find_hosted_number(number)]
    return sorted(set(phone_numbers) & {row.phone_number for row in rows})
