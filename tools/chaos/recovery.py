"""How long the work waited: after something was back, and from the death of a worker or the server.

For each order under way when a worker, the server, the store or the account was back: the seconds until Telnyx answered
the next call about it. Time in which the account was stopped does not count, since then the work waits for a person.
And for each request that had something in work at a death, with an order or without: the seconds from the death to the
end of it, the pauses of its tries included. The worst of both is told.
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
from tools.chaos.work_spans import Work

_ORDER = re.compile(r"/messaging_hosted_number_orders/([0-9a-f-]{36})")


@dataclass(frozen=True)
class Recovery:
    """One order or request that waited."""

    seconds: float
    what: str
    """What had been away, or died."""
    at: datetime
    about: str
    """The order; or the request and what it had in work."""
    measured: int
    """How many such waits were measured."""


def worst(
    returns: Sequence[Moment],
    calls: Sequence[Mapping[str, Any]],
    lives: Sequence[Life],
    stops: Sequence[tuple[datetime, datetime]],
) -> Recovery | None:
    """The longest wait; None when nothing was under way at any return.

    Args:
        returns: what came back, and when.
        calls: what `/_simulator/calls` answers.
        lives: of the numbers in orders, which tell from when to when an order was under way.
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


def worst_after_death(deaths: Sequence[Moment], works: Sequence[Work]) -> Recovery | None:
    """The longest time from a death to the end of what a request had in work then; None when nothing was in work.

    Args:
        deaths: of workers and of the server.
        works: what the requests had in work, and from when to when.
    """
    met = [(work.until - death.at, death, work) for death in deaths for work in works if _in_work(work, death)]
    if not met:
        return None
    wait, death, work = max(met, key=lambda one: one[0])
    return Recovery(wait.total_seconds(), death.what, death.at, f"{work.reference}, {work.what}", len(met))


def _in_work(work: Work, death: Moment) -> bool:
    return work.since <= death.at < work.until


def _answered(calls: Sequence[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """By order: when calls about it were made that got an answer."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        match = _ORDER.search(call["path"])
        if match and call["status"] is not None:
            found[match[1]].append(datetime.fromisoformat(call["at"]))
    return {order_id: sorted(times) for order_id, times in found.items()}


def _under_way(lives: Sequence[Life]) -> dict[str, tuple[datetime, datetime | None]]:
    """By order: from when until when something could happen to one of its numbers."""
    found: dict[str, tuple[datetime, datetime | None]] = {}
    for life in lives:
        began, over = found.get(life.order_id, (life.began, life.began))
        found[life.order_id] = began, None if over is None or life.over is None else max(over, life.over)
    return found
