"""How requests ended, and the judgement on them."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from domain.accounts import AccountProgress
from domain.messages import NumberProgress, Progress
from tools.chaos import plan
from tools.chaos.ends import COMPLETED, End
from tools.chaos.judge import Judgement, judge
from tools.chaos.tally import Record
from tools.chaos.truth import lives

NUMBER, OTHER = "+13125554001", "+13125554002"
BECAME_ACTIVE = ("created", "number …4001 ownership_successful", "number …4001 successful", "order successful")
PLAIN = plan.draw(1, 1).requests[0]
STATUSES = {"active": "successful", "failed": "failed_timeout", "rejected": "failed_carrier_rejected"}


def end(
    *states: str,
    status: str = COMPLETED,
    record: Record | None = None,
    reference: str = "r-1",
    says: str | None = None,
    because: str = "",
    **shown: Any,
) -> End:
    """The end of a request with one number for each state, of which it says a status. Its order is `o-1`."""
    numbers = (NUMBER, OTHER)[: len(states)]
    planned = dataclasses.replace(
        PLAIN, reference=reference, phone_numbers=numbers, all_or_nothing=False, internal_transfer=False
    )
    active = [state == "active" for state in states]
    fitting = "active" if all(active) else "partly_active" if any(active) else "not_active"
    rows = [
        NumberProgress(phone_number=n, state=s, status=STATUSES.get(s, "") if says is None else says, because=because)
        for n, s in zip(numbers, states, strict=True)
    ]
    progress = Progress(**{"reference": reference, "outcome": fitting, "order_ids": ["o-1"], "numbers": rows} | shown)
    return End(planned, record or Record(acknowledged=True), status, progress)


def verdict(
    ends: Sequence[End],
    *orders: dict[str, Any],
    account: AccountProgress | None = AccountProgress(account="default"),  # noqa: B008 - frozen
    calls: Sequence[dict[str, Any]] = (),
) -> Judgement:
    """The judgement of a run with these ends and these orders at Telnyx."""
    return judge(ends, lives(orders, calls), {order["id"] for order in orders}, account, [])


def counts(found: Judgement) -> tuple[int, int, int, int, int]:
    """The number of cases: lost, doubled, untrue, switched off, asks."""
    return len(found.lost), len(found.doubled), len(found.untrue), len(found.switched_off), len(found.asks)
