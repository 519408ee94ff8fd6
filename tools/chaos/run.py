"""One run: requests under faults, then without faults until all have ended, then the comparison with the truth."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from temporalio.client import WorkflowExecutionDescription
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from domain.accounts import AccountProgress
from runtime import settings
from services import server_state
from services.errors import ServiceError
from services.hosted_sms import HostedSms
from tools.chaos import existing_orders, judge, recovery
from tools.chaos.background_actors import AskWatch, play_account_owner
from tools.chaos.ends import UNKNOWN, End
from tools.chaos.faults import FaultInjector
from tools.chaos.installation import Installation
from tools.chaos.outcome import Outcome, share_failed
from tools.chaos.people import People
from tools.chaos.plan import Plan, Planned
from tools.chaos.tally import Record, Tally
from tools.chaos.truth import lives
from tools.chaos.work_spans import read_work_spans
from tools.demo.telnyx_side import TelnyxSide

STUCK_AFTER = 330.0
"""Seconds without faults in which no request ends. A step waits five minutes at most after a failure of Telnyx."""
_REPORTS_EVERY = 10.0
_PROBLEMS = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_QUERIES_AT_ONCE, _SHOWN_WITHIN = 10, 10.0

Say = Callable[[str], None]


async def play(installation: Installation, plan: Plan, say: Say) -> Outcome:
    """Play a plan on a running installation.

    Args:
        installation: with all processes running.
        plan: the requests and faults.
        say: prints a line about the progress.
    """
    os.environ.update(installation.environment)  # `settings.load` reads them, as in the command
    hosted_sms = await HostedSms.connect(settings.load())
    installation.receive_webhooks(*{planned.profile for planned in plan.requests})
    existing = await asyncio.to_thread(installation.telnyx.orders)
    began, tally = time.monotonic(), Tally()
    people = People(hosted_sms, installation.telnyx, plan, tally)
    faults = FaultInjector(installation, hosted_sms.client, plan, people, tally)
    watch = AskWatch(hosted_sms, installation.telnyx, people)
    background = [asyncio.create_task(play_account_owner(hosted_sms, installation.telnyx, plan, tally))]
    background += [
        asyncio.create_task(faults.restart_what_ended()),
        asyncio.create_task(_report(say, plan, people, tally)),
    ]
    living = asyncio.create_task(people.live())
    try:
        await faults.inject_all()
        tally.faults_over_since = datetime.now(UTC)
        say("The faults are over. People answer what is asked.")
        people.faults_over = True
        background.append(asyncio.create_task(watch.watch()))
        await _until_ended(living, people)
        _must_run([*background, living])
        seconds = time.monotonic() - began
        return await _examine(installation, hosted_sms, plan, tally, watch, seconds, existing)
    finally:
        for task in (*background, living):
            task.cancel()
        await asyncio.gather(*background, living, return_exceptions=True)


async def _until_ended(living: "asyncio.Task[None]", people: People) -> None:
    """Wait until all requests have ended, or none has for a long time."""
    ended, since = people.ended, time.monotonic()
    while not living.done() and time.monotonic() - since < STUCK_AFTER:
        await asyncio.wait({living}, timeout=1)
        if people.ended != ended:
            ended, since = people.ended, time.monotonic()


def _must_run(tasks: list["asyncio.Task[None]"]) -> None:
    """Raise the error of a background task that failed, because the run went unwatched from there on."""
    for task in tasks:
        if task.done():
            task.result()


async def _report(say: Say, plan: Plan, people: People, tally: Tally) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_REPORTS_EVERY)
        started = len(tally.acknowledged())
        faults = f"{tally.faults.total()} of {len(plan.faults)} faults"
        say(f"{time.monotonic() - began:4.0f}s  {started} started, {people.ended} ended, {faults}")


async def _examine(  # noqa: PLR0913, PLR0917 - the parts of one run
    installation: Installation,
    hosted_sms: HostedSms,
    plan: Plan,
    tally: Tally,
    watch: AskWatch,
    seconds: float,
    existing: list[dict[str, Any]],
) -> Outcome:
    gate = asyncio.Semaphore(_QUERIES_AT_ONCE)
    ends = await asyncio.gather(*(_end(hosted_sms, tally, planned, gate) for planned in plan.requests))
    all_orders, calls, fault_counts = await asyncio.to_thread(_read_telnyx, installation.telnyx)
    orders, touched = existing_orders.split(existing, all_orders)
    truth = lives(orders, calls)
    judgement = judge.judge(
        ends, truth, {order["id"] for order in orders}, await _account(hosted_sms), watch.cases.values()
    )
    judgement = replace(judgement, switched_off=[*judgement.switched_off, *touched])
    return Outcome(
        plan,
        tally,
        judgement,
        worst=recovery.longest_after_return(tally.returns, calls, truth, tally.stops),
        worst_after_death=recovery.longest_after_death(tally.deaths, await read_work_spans(hosted_sms.client, plan)),
        fault_counts=Counter(fault_counts),
        share_failed=share_failed(calls[len(existing) :], tally.faults_over_since),
        seconds=seconds,
    )


def _read_telnyx(telnyx: TelnyxSide) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, int]]:
    """All orders, all calls, and how often each kind of fault occurred."""
    return telnyx.orders(), telnyx.calls(), telnyx.fault_counts()


async def _end(hosted_sms: HostedSms, tally: Tally, planned: Planned, gate: asyncio.Semaphore) -> End:
    record = tally.records.get(planned.reference, Record())
    try:
        async with gate:
            found = await server_state.describe(hosted_sms.client, planned.reference)
            shown = await hosted_sms.show(planned.reference, within=_SHOWN_WITHIN)
    except ServiceError:
        return End(planned, record, UNKNOWN, None)
    return End(planned, record, found.status.name if found.status else UNKNOWN, shown, _reported_problems(found))


def _reported_problems(found: WorkflowExecutionDescription) -> str:
    return ", ".join(found.typed_search_attributes.get(_PROBLEMS) or [])


async def _account(hosted_sms: HostedSms) -> AccountProgress | None:
    with suppress(ServiceError, RPCError):
        return await hosted_sms.show_account("default", within=_SHOWN_WITHIN)
    return None
