"""How long a request's history may grow: by what happens to it and by what is asked, never by time alone.

A poll that brings no news must cost nothing, or a request that waits for two months would grow with each of them. So
from one look to the next a history may grow by so many events for each thing that happened, and by one reminder a day
for each ask that was open. Stated in docs/testing.md.
"""

from dataclasses import dataclass

from tests.property.stories import DAY

EVENTS_AT_FIRST = EVENTS_PER_THING = 60
"""Somebody wrote, Telnyx said something, or a stretch of time passed, and all that follows: the happy request, from its
start to its outcome, has 54 in all."""
EVENTS_PER_ASK_AND_DAY = 7
"""A reminder costs six: a timer, a workflow task, the marker of the news."""


@dataclass(frozen=True)
class Mark:
    """A request's history as it was at one moment."""

    events: int = 0
    things: int = 0
    """What happened in the story until then."""
    at: float = 0.0
    """Seconds of the story."""
    asks: int = 0
    """How many were open."""
    over: bool = False
    """Whether the request had ended, so that its history grows no more."""


def most_events(before: Mark, now: Mark) -> int:
    """How many events a history may have now, by what it had before and what happened since."""
    things, days = now.things - before.things, (now.at - before.at) / DAY
    return int(
        (before.events or EVENTS_AT_FIRST)
        + EVENTS_PER_THING * things
        + EVENTS_PER_ASK_AND_DAY * max(before.asks, now.asks) * days
    )


def too_long(before: Mark, now: Mark) -> str:
    """What is wrong with how a history grew; empty when nothing is."""
    if now.events <= (most := most_events(before, now)):
        return ""
    return (
        f"the history grew from {before.events} to {now.events} events, to {most} at most expected: {now.things}"
        f" thing(s) happened after {before.things}, {(now.at - before.at) / DAY:.1f} days passed, and"
        f" {max(before.asks, now.asks)} ask(s) were open"
    )
