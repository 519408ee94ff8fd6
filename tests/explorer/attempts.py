"""What an attempt does next. The real activity is run with everything that the attempt was told so far.

So no rule of the protocol is written down a second time. What comes out depends only on what goes in, and is computed
once for each input.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import structlog
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import heartbeats as pulse
from activities.ordering import attempts as notes
from domain import heartbeats
from domain.activity_io import FindOrder, PlacementVerdict, PlaceOrder
from domain.vocabulary import Next
from tests.explorer.ports import PROFILE, STARTED, Call, Numbers, Playback, Suspended, Told, activities_on

_STOOD_STILL = 3600.0


class Note(NamedTuple):
    """What a failed attempt left for the next one."""

    words: str
    ticks: int
    """For how long from now on nothing may be sent."""


class Job(NamedTuple):
    """An activity of a run of a request."""

    finds: bool
    """True: `find_order`. False: `place_order`."""
    reference: str
    run: str
    numbers: Numbers
    afresh: bool = False
    sent: bool = False


class Begun(NamedTuple):
    """The beginning of an attempt."""

    job: Job
    is_first: bool
    note: Note | None = None


class Failed(NamedTuple):
    """The attempt failed. The server begins another one, unless there is no use in it."""

    note: Note | None
    is_final: bool


class Done(NamedTuple):
    """The activity answered."""

    order_id: str
    is_asked: bool
    may_be_ours: bool
    may_have_sent: bool
    named: tuple[str, ...]
    """Orders that were not taken, which people are told about."""


Step = Call | Failed | Done


class Attempts:
    """Everything that attempts can have been told, each with a number of its own, and what they do then."""

    def __init__(self, tick: timedelta) -> None:
        self._tick = tick
        self._minds: list[tuple[Begun, tuple[Told, ...]]] = []
        self._steps: list[Step] = []
        self._numbers: dict[tuple[Begun, tuple[Told, ...]], int] = {}
        self._runner = asyncio.Runner()

    def __len__(self) -> int:
        return len(self._minds)

    def close(self) -> None:
        self._runner.close()

    def begin(self, begun: Begun) -> int:
        """An attempt that was told nothing yet."""
        return self._number(begun, ())

    def tell(self, mind: int, answer: Any, *, late: bool = False) -> int:
        """The attempt after one more answer."""
        begun, told = self._minds[mind]
        return self._number(begun, (*told, Told(answer, late)))

    def next(self, mind: int) -> Step:
        """What an attempt does that was told so much."""
        return self._steps[mind]

    def _number(self, begun: Begun, told: tuple[Told, ...]) -> int:
        known = self._numbers.get((begun, told))
        if known is not None:
            return known
        step = self._runner.run(self._play(begun, told))
        self._minds.append((begun, told))
        self._steps.append(step)
        self._numbers[begun, told] = len(self._minds) - 1
        return len(self._minds) - 1

    async def _play(self, begun: Begun, told: tuple[Told, ...]) -> Step:
        playback, beats = Playback(told), list[tuple[Any, ...]]()
        environment = self._environment(begun)
        environment.on_heartbeat = lambda *details: beats.append(details)
        place, find = activities_on(playback)
        with _clocks(playback), structlog.testing.capture_logs():
            try:
                verdict = await environment.run(find if begun.job.finds else place, _work(begun.job))
            except Suspended:
                return playback.call.result()
            except ApplicationError as failure:
                return Failed(self._note(beats), failure.non_retryable)
        return _done(verdict)

    def _environment(self, begun: Begun) -> ActivityEnvironment:
        environment = ActivityEnvironment()
        note = begun.note
        left = [1, note.words, (STARTED + note.ticks * self._tick).isoformat()] if note else []
        environment.info = replace(
            environment.info,
            attempt=1 if begun.is_first else 2,
            heartbeat_details=left,
            heartbeat_timeout=heartbeats.TIMEOUT,
            started_time=STARTED,
            workflow_run_id=begun.job.run,
        )
        return environment

    def _note(self, beats: list[tuple[Any, ...]]) -> Note | None:
        """The note of the last heartbeat. No time passes in a playback, so its instant counts from the failure on."""
        if not beats:
            return None
        _, words, until = beats[-1]
        ticks = (datetime.fromisoformat(until) - STARTED) / self._tick
        return Note(words, round(ticks))


@contextlib.contextmanager
def _clocks(playback: Playback) -> Iterator[None]:
    """Time stands still for notes. For the pulse it jumps when the worker stood still."""
    still = SimpleNamespace(monotonic=lambda: 0.0)
    jumps = SimpleNamespace(monotonic=lambda: _STOOD_STILL if playback.stood_still else 0.0)
    with mock.patch.object(notes, "time", still), mock.patch.object(pulse, "time", jumps):
        yield


def _work(job: Job) -> PlaceOrder | FindOrder:
    common = {
        "reference": job.reference,
        "account": "default",
        "messaging_profile_id": PROFILE,
        "phone_numbers": list(job.numbers),
    }
    if job.finds:
        return FindOrder(**common, forgotten=job.afresh, may_have_sent=job.sent)
    return PlaceOrder(**common, started_afresh=job.afresh)


def _done(verdict: PlacementVerdict) -> Done:
    asked = verdict.next is Next.ASK
    return Done(verdict.order_id, asked, verdict.may_be_ours, verdict.may_have_sent, tuple(sorted(verdict.not_taken)))
