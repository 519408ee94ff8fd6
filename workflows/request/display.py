"""What a request shows of itself: its progress, its search attributes and its details in the Temporal UI."""

from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from domain import command_hints, markdown
from domain.asks import RULES, awaited
from domain.markdown import code, escape_sentence
from domain.messages import AskView, HostingRequest, NumberProgress, Progress
from domain.text import count, format_utc
from domain.vocabulary import NumberState, Outcome, Step
from workflows import search_attributes as keys
from workflows.request.records import AskRecord
from workflows.request.state import State

_NEWEST_ORDERS = 50


def progress(given: HostingRequest, state: State) -> Progress:
    """Where the request stands, in the shape of the contract."""
    return Progress(
        reference=given.reference,
        account=given.account,
        customer=given.customer,
        outcome=state.outcome,
        step=state.step,
        round=state.rounds,
        order_ids=state.order_ids,
        numbers=[
            NumberProgress(phone_number=number, state=record.state, status=record.status, because=record.because)
            for number, record in state.numbers.items()
        ],
        statuses_at=state.statuses_at,
        asks=[_view(ask) for ask in state.asks],
        events=state.all_events,
        left_behind=state.left_behind,
    )


def _view(ask: AskRecord) -> AskView:
    return AskView(**ask.model_dump(include=set(AskView.model_fields)))


class Display:
    """Publishes what changed, and only that: each upsert costs the server an event."""

    def __init__(self, given: HostingRequest, state: State) -> None:
        self._given = given
        self._state = state
        attributes = workflow.info().typed_search_attributes
        self._shown: dict[str, Any] = {key.name: attributes.get(key) for key in keys.ALL}

    def refresh(self) -> None:
        """Bring search attributes and the current details up to date."""
        updates = self._changes()
        if updates:
            workflow.upsert_search_attributes(updates)
            self._shown.update({update.key.name: update.value for update in updates})
        self.refresh_page()

    def refresh_page(self) -> None:
        """Bring the current details up to date, which costs nothing: they are not in the history."""
        workflow.set_current_details(details(self._given, self._state))

    def _changes(self) -> Sequence[SearchAttributeUpdate[Any]]:
        state, given = self._state, self._given
        deadline = min((ask.deadline for ask in state.asks if ask.deadline), default=None)
        wanted: list[tuple[Any, Any]] = [
            (keys.NEEDS, sorted({str(ask.kind) for ask in state.asks})),
            (keys.ORDER_IDS, state.order_ids[-_NEWEST_ORDERS:]),
            (keys.STEP, str(state.step)),
            (keys.OUTCOME, str(state.outcome)),
            (keys.ACCOUNT, given.account),
            (keys.CUSTOMER, given.customer),
            (keys.DEADLINE, deadline),
        ]
        if state.fingerprints:  # until the first step made them, those of the start stand
            wanted.append((keys.PHONE_NUMBERS, state.fingerprints))
        return [_update(key, value) for key, value in wanted if not _same(value, self._shown[key.name])]


def _same(wanted: Any, shown: Any) -> bool:
    return (wanted or None) == (list(shown) if isinstance(wanted, list) and shown else shown or None)


def _update(key: Any, value: Any) -> SearchAttributeUpdate[Any]:
    update: SearchAttributeUpdate[Any] = key.value_set(value) if value else key.value_unset()
    return update


def details(given: HostingRequest, state: State) -> str:
    """The current details in the Temporal UI: what is awaited from whom first, then the numbers.

    Markdown for half a page's width. The UI gives table columns no padding, so the numbers stand in a list, grouped
    by what is the same of them.
    """
    parts = [_headline(state), *(_ask(given, ask) for ask in state.asks), _standing(given, state), _numbers(state)]
    if state.left_behind:
        parts.append("**Left behind**\n\n" + "\n".join(f"- {escape_sentence(left)}" for left in state.left_behind))
    last = markdown.events(state.all_events[-5:][::-1])
    return "\n\n".join([*parts, f"**Recent events**\n\n{last}" if last else ""]).strip()


def _headline(state: State) -> str:
    if state.outcome is not Outcome.RUNNING:
        return f"### Ended: {_spaced(state.outcome)}"
    if state.stopping:
        return f"### Stopping: {escape_sentence(state.stopping)}"
    asks = [ask for ask in state.asks if RULES[ask.kind].needs_person]
    wanted = [f"{awaited(ask.kind, len(ask.numbers))} for {count(len(ask.numbers), 'number')}" for ask in asks]
    if wanted:
        return f"### Waiting for a person: {' and '.join(wanted)}"
    if state.asks:  # a transfer needs no one to act, though a person may end the wait
        losing = count(len(state.asks[0].numbers), "number")
        return f"### Waiting for another Telnyx account, which may object to losing {losing}"
    return f"### Waiting for {_WHO_MOVES[state.step]}"


_WHO_MOVES = {
    Step.ELIGIBILITY: "Telnyx to check the numbers",
    Step.ORDER: "Telnyx to take the order",
    Step.CODES: "Telnyx to send the codes",
    Step.DOCUMENTS: "Telnyx to take the documents",
    Step.REVIEW: "the review by Telnyx and the losing carrier, 1–3 business days",
    Step.DONE: "no one",
}


def _ask(given: HostingRequest, ask: AskRecord) -> str:
    until = f" until {format_utc(ask.deadline)}" if ask.deadline else ""
    command = command_hints.answering(
        given.reference, ask.id, ask.kind, ask.numbers, choices=bool(ask.choices), account=given.account
    )[0]
    choices = "\n".join(
        f"- {code(choice.choice)}{_order(choice.order_id)}: {escape_sentence(choice.sentence)}"
        for choice in ask.choices
    )
    lines = [f"Since {format_utc(ask.since)}{until}. To answer:", code(command), escape_sentence(ask.guidance), choices]
    return "\n\n".join(line for line in lines if line)


def _order(order_id: str) -> str:
    return f" {code(f'--order {order_id}')}" if order_id else ""


def _standing(given: HostingRequest, state: State) -> str:
    active = len(state.in_state(NumberState.ACTIVE))
    order = f" Order {code(state.order_ids[-1])}." if state.order_ids else ""
    late = state.round.late_since if state.round else None
    lateness = f" The review has been late since {format_utc(late)}." if late else ""
    return (
        f"Request {code(given.reference)} at the step **{state.step}**:"
        f" {active} of {count(len(state.numbers), 'number')} active.{order}{lateness}"
    )


def _numbers(state: State) -> str:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for number, record in state.numbers.items():
        groups.setdefault((record.state, record.status, record.because), []).append(number)
    return "\n".join(
        f"- **{_spaced(name)}** {', '.join(numbers)}{_says(word)}. {escape_sentence(because)}"
        for (name, word, because), numbers in groups.items()
    )


def _says(word: str) -> str:
    return f" — Telnyx says {code(word)}" if word else ""


def _spaced(word: str) -> str:
    return word.replace("_", " ")
