"""One whole run: the storm, the calm after it, and the look at what became of everything."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from temporalio.client import WorkflowExecutionDescription
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from domain.accounts import AccountProgress
from runtime import settings
from services import server_state
from services.errors import ServiceError
from services.hosted_sms import HostedSms
from tools.chaos import judge, recovery
from tools.chaos.background_actors import AskWatch, own_the_account
from tools.chaos.ends import UNKNOWN, End
from tools.chaos.faults import Storm
from tools.chaos.installation import Installation
from tools.chaos.outcome import Outcome, share_failed
from tools.chaos.people import People
from tools.chaos.plan import Plan, Planned
from tools.chaos.tally import Record, Tally
from tools.chaos.truth import lives
from tools.chaos.work_spans import works

STILL_AT_MOST = 330.0
"""Seconds of calm in which no request ends; Telnyx's trouble lets a step wait five minutes at most."""
_SAYS_EVERY = 10.0
_PROBLEMS = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_LOOKS_AT_ONCE, _SHOWN_WITHIN = 10, 10.0

Say = Callable[[str], None]


async def play(site: Installation, plan: Plan, say: Say) -> Outcome:
    """Plays a plan on a running installation.

    Args:
        site: all of its processes run.
        plan: drawn beforehand.
        say: takes a line about what goes on.
    """
    os.environ.update(site.environment)  # `HostedSms` reads them, as the command does
    hosted_sms = await HostedSms.connect(settings.load())
    site.bring_webhooks(*{planned.profile for planned in plan.requests})
    began, tally = time.monotonic(), Tally()
    people = People(hosted_sms, site.telnyx, plan, tally)
    storm = Storm(site, hosted_sms.client, plan, people, tally)
    watch = AskWatch(hosted_sms, site.telnyx, people)
    beside = [asyncio.create_task(own_the_account(hosted_sms, site.telnyx, plan, tally))]
    beside += [asyncio.create_task(storm.keep_alive()), asyncio.create_task(_say(say, plan, people, tally))]
    living = asyncio.create_task(people.live())
    try:
        await storm.rage()
        tally.calm_since = datetime.now(UTC)
        say("The storm is over: nothing fails any more, and people answer what is asked.")
        people.calm = True
        beside.append(asyncio.create_task(watch.watch()))
        await _until_still(living, people)
        _must_run([*beside, living])
        return await _looked_at(site, hosted_sms, plan, tally, watch, time.monotonic() - began)
    finally:
        for task in (*beside, living):
            task.cancel()
        await asyncio.gather(*beside, living, return_exceptions=True)


async def _until_still(living: "asyncio.Task[None]", people: People) -> None:
    """Waits until all requests have ended, or none does any more; a slow machine only takes longer."""
    ended, since = people.ended, time.monotonic()
    while not living.done() and time.monotonic() - since < STILL_AT_MOST:
        await asyncio.wait({living}, timeout=1)
        if people.ended != ended:
            ended, since = people.ended, time.monotonic()


def _must_run(tasks: list["asyncio.Task[None]"]) -> None:
    """Whoever ended by a mistake of ours would have left the run unwatched."""
    for task in tasks:
        if task.done():
            task.result()


async def _say(say: Say, plan: Plan, people: People, tally: Tally) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_SAYS_EVERY)
        handed_in = len(tally.acknowledged())
        blows = f"{tally.blows.total()} of {len(plan.strikes)} blows"
        say(f"{time.monotonic() - began:4.0f}s  {handed_in} handed in, {people.ended} ended; {blows}")


async def _looked_at(  # noqa: PLR0913, PLR0917 - the parts of one run, put together once
    site: Installation, hosted_sms: HostedSms, plan: Plan, tally: Tally, watch: AskWatch, seconds: float
) -> Outcome:
    gate = asyncio.Semaphore(_LOOKS_AT_ONCE)
    ends = await asyncio.gather(*(_end(hosted_sms, tally, planned, gate) for planned in plan.requests))
    orders, calls, struck = await asyncio.to_thread(lambda: (t := site.telnyx, t.orders(), t.calls(), t.struck())[1:])
    truth = lives(orders, calls)
    judgement = judge.judged(
        ends, truth, {order["id"] for order in orders}, await _account(hosted_sms), watch.cases.values()
    )
    return Outcome(
        plan,
        tally,
        judgement,
        worst=recovery.worst(tally.returns, calls, truth, tally.stops),
        worst_after_death=recovery.worst_after_death(tally.deaths, await works(hosted_sms.client, plan)),
        struck=Counter(struck),
        share_failed=share_failed(calls, tally.calm_since),
        seconds=seconds,
    )


async def _end(hosted_sms: HostedSms, tally: Tally, planned: Planned, gate: asyncio.Semaphore) -> End:
    record = tally.records.get(planned.reference, Record())
    try:
        async with gate:
            found = await server_state.describe(hosted_sms.client, planned.reference)
            shown = await hosted_sms.show(planned.reference, within=_SHOWN_WITHIN)
    except ServiceError:
        return End(planned, record, UNKNOWN, None)
    return End(planned, record, found.status.name if found.status else UNKNOWN, shown, _trouble(found))


def _trouble(found: WorkflowExecutionDescription) -> str:
    return ", ".join(found.typed_search_attributes.get(_PROBLEMS) or [])


async def _account(hosted_sms: HostedSms) -> AccountProgress | None:
    with suppress(ServiceError, RPCError):
        return await hosted_sms.show_account("default", within=_SHOWN_WITHIN)
    return None
