"""How long work waited because of faults: the longest wait of each of two kinds.

- After a return of a worker, the server, the store or the account: seconds until Telnyx answered the next call about an
  order under way. Waits while the account was stopped do not count, because then the work waits for a person.
- After a death of a worker or the server: seconds until the work under way ended, with the pauses between attempts.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.chaos.tally import Moment
from tools.chaos.truth import Life
from tools.chaos.work_spans import WorkSpan

_ORDER = re.compile(r"/messaging_hosted_number_orders/([0-9a-f-]{36})")


@dataclass(frozen=True)
class Recovery:
    """The longest wait of one kind."""

    seconds: float
    what: str
    """What was back, or had died."""
    at: datetime
    about: str
    """The order, or the request and its work."""
    measured: int
    """Number of waits that were measured."""


def longest_after_return(
    returns: Sequence[Moment],
    calls: Sequence[Mapping[str, Any]],
    lives: Sequence[Life],
    stops: Sequence[tuple[datetime, datetime]],
) -> Recovery | None:
    """The longest wait after a return; None if no order was under way.

    Args:
        returns: of workers, the server, the store and the account.
        calls: what `/_simulator/calls` answers.
        lives: of all numbers, which show when an order was under way.
        stops: when the account was stopped.
    """
    answered = _answered(calls)
    found: list[tuple[float, Moment, str]] = []
    for order_id, (began, over) in _under_way(lives).items():
        times = answered.get(order_id, [])
        for back in returns:
            place = bisect_right(times, back.at)
            if began < back.at and (over is None or back.at < over) and place < len(times):
                moved_on = times[place]
                if not any(start < moved_on and back.at < end for start, end in stops):
                    found.append(((moved_on - back.at).total_seconds(), back, order_id))
    if not found:
        return None
    seconds, back, order_id = max(found, key=lambda one: one[0])
    return Recovery(seconds, back.what, back.at, order_id, len(found))


def longest_after_death(deaths: Sequence[Moment], spans: Sequence[WorkSpan]) -> Recovery | None:
    """The longest wait after a death; None if no work was under way.

    Args:
        deaths: of workers and of the server.
        spans: the work of the requests.
    """
    met = [(work.until - death.at, death, work) for death in deaths for work in spans if _under_way_at(work, death)]
    if not met:
        return None
    wait, death, work = max(met, key=lambda one: one[0])
    return Recovery(wait.total_seconds(), death.what, death.at, f"{work.reference}, {work.what}", len(met))


def _under_way_at(work: WorkSpan, death: Moment) -> bool:
    return work.since <= death.at < work.until


def _answered(calls: Sequence[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """When calls about an order were made that got an answer, by order id."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        match = _ORDER.search(call["path"])
        if match and call["status"] is not None:
            found[match[1]].append(datetime.fromisoformat(call["at"]))
    return {order_id: sorted(times) for order_id, times in found.items()}


def _under_way(lives: Sequence[Life]) -> dict[str, tuple[datetime, datetime | None]]:
    """From when until when something could happen to a number of an order, by order id."""
    found: dict[str, tuple[datetime, datetime | None]] = {}
    for life in lives:
        began, over = found.get(life.order_id, (life.began, life.began))
        found[life.order_id] = began, None if over is None or life.over is None else max(over, life.over)
    return found
