"""Orders of an account from before the run: none of them is ours to touch, and every listing has to read past them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import httpx

from tools.chaos.ends import Case
from tools.demo.processes import HANGS_AFTER

_PROFILE = "7d0c1f6e-2b8a-4f3d-8c51-9e60a4b2ee01"
"""No request of a plan has this messaging profile."""
MOST = 10_000


def place(address: str, orders: int) -> None:
    """Place orders at a simulated Telnyx, each with one number that no plan has.

    Raises:
        httpx.HTTPError: it did not take one.
    """
    with httpx.Client(base_url=f"{address}/v2", headers={"Authorization": "Bearer KEY"}, timeout=HANGS_AFTER) as telnyx:
        for last in range(orders):
            body = {"messaging_profile_id": _PROFILE, "phone_numbers": [f"+1646555{last:04}"]}
            telnyx.post("/messaging_hosted_number_orders", json=body).raise_for_status()


def split(
    before: Sequence[Mapping[str, Any]], after: Iterable[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[Case]]:
    """The orders that came during the run, and a case for each earlier one that is not as it was."""
    earlier, now = {order["id"]: order for order in before}, {order["id"]: order for order in after}
    return [order for id_, order in now.items() if id_ not in earlier], list(_touched(earlier, now))


def _touched(earlier: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> Iterator[Case]:
    for id_, order in earlier.items():
        if now.get(id_) != order:
            seen = f"was there before the run and became {now[id_]['status'] if id_ in now else 'unknown'}"
            yield Case("no request", seen, order["phone_numbers"][0]["phone_number"], id_)
