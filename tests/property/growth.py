"""How long a request's history may grow: by what happens to it and by what is asked, never by time alone.

A poll without a change must cost nothing, or a request that waits for two months would grow with each poll. So from one
look to the next, a history may grow by a number of events for each thing that happened, by one reminder a day for each
open ask, and by each time that a stopped account let the request try.
"""

from dataclasses import dataclass

from tests.property.stories import DAY

EVENTS_AT_FIRST = EVENTS_PER_THING = 60
"""For one message, one change at Telnyx or one stretch of time, and all that follows. The happy request has 54 from its
start to its outcome."""
EVENTS_PER_ASK_AND_DAY = 7
"""A reminder costs six: a timer, a workflow task, the marker of the notification."""

EVENTS_PER_TRIAL = 24
"""For one try of a request whose account Telnyx refused, at most two a day. A try of the eligibility check costs 19."""


@dataclass(frozen=True)
class HistoryMark:
    """A request's history as it was at one moment.

    Attributes:
        events: how many it had.
        things: how many things had happened in the story.
        at: seconds of the story.
        asks: how many asks were open.
        over: whether the request had ended, so that its history grows no more.
    """

    events: int = 0
    things: int = 0
    at: float = 0.0
    asks: int = 0
    over: bool = False


def most_events(before: HistoryMark, now: HistoryMark) -> int:
    """How many events a history may have now, by what it had before and what happened since."""
    things, days = now.things - before.things, (now.at - before.at) / DAY
    asks = EVENTS_PER_ASK_AND_DAY * max(before.asks, now.asks) * days
    return int((before.events or EVENTS_AT_FIRST) + EVENTS_PER_THING * things + asks)
