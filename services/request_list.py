"""Lists requests by what people know of them: a number, a customer, or that they wait for a person."""

from collections.abc import AsyncIterator
from datetime import datetime

from pydantic import BaseModel
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus

from domain import names
from domain.free_text import Name
from domain.vocabulary import AskKind, Outcome, Step
from runtime.codec import UndecryptablePayload
from runtime.fingerprints import Fingerprints
from services import parsing, progress, server_state
from services.errors import NoHostingRequest, UnknownReference
from workflows import search_attributes as attributes


class Row(BaseModel):
    """One request in a list, read from search attributes alone."""

    reference: Name
    account: Name
    customer: Name
    outcome: Name
    step: Name
    needs: list[Name]
    deadline: datetime | None


async def requests(
    client: Client,
    fingerprints: Fingerprints | None = None,
    *,
    needs_me: bool = False,
    number: str | None = None,
    customer: str | None = None,
) -> AsyncIterator[Row]:
    """Yields the newest run of each request that fits all conditions, open ones first.

    Args:
        client: of Temporal.
        fingerprints: needed when `number` is given.
        needs_me: only those that wait for a person.
        number: in any US spelling. Each match is confirmed, since two numbers may share a fingerprint.
        customer: the id as given at the start.

    Raises:
        UndecryptablePayload: none fits as far as is known, and one that may hold the number cannot be read.
    """
    wanted = None if number is None else parsing.phone_number(number)
    fingerprint = None if wanted is None or fingerprints is None else fingerprints.of(wanted)
    text = query(needs_me=needs_me, fingerprint=fingerprint, customer=customer)
    unreadable, fits = [], False
    async for found in _newest_runs(client, text):
        try:
            holds = wanted is None or await _holds(client, found, wanted)
        except UndecryptablePayload as error:
            unreadable.append(error)
            continue
        if holds:
            fits = True
            yield row(found)
    if unreadable and not fits:
        raise unreadable[0]


async def _newest_runs(client: Client, text: str) -> AsyncIterator[WorkflowExecution]:
    """Yields the newest run of each workflow id."""
    seen: set[str] = set()
    async for found in server_state.list_workflows(client, text):
        # The server lists open runs first and then the latest that ended, so the first of an id is its newest.
        if found.id not in seen:
            seen.add(found.id)
            yield found


def query(*, needs_me: bool = False, fingerprint: str | None = None, customer: str | None = None) -> str:
    """The visibility query for these conditions."""
    parts = [f"WorkflowType = '{names.WORKFLOW_TYPE}'", "ExecutionStatus != 'ContinuedAsNew'"]
    if needs_me:
        kinds = ", ".join(f"'{kind}'" for kind in AskKind)
        parts += ["ExecutionStatus = 'Running'", f"{names.NEEDS} IN ({kinds})"]
    if fingerprint is not None:
        # A request that another program started has no fingerprints until a worker takes it. Each hit is confirmed.
        parts.append(f"({names.PHONE_NUMBERS} = '{fingerprint}' OR {names.PHONE_NUMBERS} IS NULL)")
    if customer is not None:
        parts.append(f"{names.CUSTOMER} = '{parsing.customer(customer)}'")  # parsing refuses quotes
    return " AND ".join(parts)


def row(found: WorkflowExecution) -> Row:
    """A run as a row."""
    known = found.typed_search_attributes
    outcome = progress.outcome_in(found.status, known.get(attributes.OUTCOME))
    is_open = outcome == Outcome.RUNNING
    return Row(
        reference=names.reference_of(found.id),
        account=known.get(attributes.ACCOUNT) or "default",
        customer=known.get(attributes.CUSTOMER) or "",
        outcome=outcome,
        step=(known.get(attributes.STEP) or Step.ELIGIBILITY) if is_open else Step.DONE,
        needs=list(known.get(attributes.NEEDS) or []) if is_open else [],
        deadline=known.get(attributes.DEADLINE) if is_open else None,
    )


async def _holds(client: Client, found: WorkflowExecution, phone_number: str) -> bool:
    has_fingerprints = found.typed_search_attributes.get(attributes.PHONE_NUMBERS) is not None
    if not has_fingerprints and found.status is not WorkflowExecutionStatus.RUNNING:
        return False  # it ended before a worker took it
    try:
        return phone_number in (await server_state.asked_for(client, found.id, found.run_id)).phone_numbers
    except (NoHostingRequest, UnknownReference):  # it was started by hand with something else, or is forgotten
        return False
