"""What a Telnyx account shows of itself: its search attributes and its details in the Temporal UI."""

from temporalio import workflow

from domain import command_hints, markdown
from domain.healing import HEALS_BY_ITSELF
from domain.markdown import code, escape, escape_sentence
from domain.text import count, format_utc
from domain.vocabulary import AskKind
from workflows import search_attributes as keys
from workflows.account.room import no_room
from workflows.account.state import AccountState

_SHOWN = 20


class AccountDisplay:
    """Publishes what changed, and only that: each upsert costs the server an event."""

    def __init__(self, account: str, state: AccountState) -> None:
        self._account = account
        self._state = state
        shown = workflow.info().typed_search_attributes
        self._needs = list(shown.get(keys.NEEDS) or [])
        self._named = shown.get(keys.ACCOUNT) == account

    @property
    def is_out_of_date(self) -> bool:
        """Whether lists still show the account as it was before it stopped, or before it worked again."""
        return self._needs != self._wanted()

    def refresh(self) -> None:
        """Bring search attributes and the current details up to date."""
        if self.is_out_of_date or not self._named:
            self._needs, self._named = self._wanted(), True
            needs = keys.NEEDS.value_set(self._needs) if self._needs else keys.NEEDS.value_unset()
            workflow.upsert_search_attributes([needs, keys.ACCOUNT.value_set(self._account)])
        self.refresh_page()

    def refresh_page(self) -> None:
        """Bring the current details up to date, which costs nothing: they are not in the history."""
        workflow.set_current_details(details(self._account, self._state))

    def _wanted(self) -> list[str]:
        return [str(AskKind.ACCOUNT)] if self._state.stop else []


def details(account: str, state: AccountState) -> str:
    """The current details: the state in one sentence, the command that resumes the account, the waiting requests."""
    parts = [_headline(account, state)]
    if state.stop:
        parts += [f"Once it works again:\n\n{code(command_hints.resume(account))}", escape_sentence(state.stop.because)]
        parts += [HEALS_BY_ITSELF] if state.stop.heals else []
    seen = state.progress(account)
    parts += [escape_sentence(seen.silent_because)] if seen.silent_because else []
    parts += [escape_sentence(no_room(account, state))] if state.full_since else []
    if seen.waiting:
        waiting = "\n".join(f"- {code(reference)}" for reference in seen.waiting[:_SHOWN])
        more = f"\n- and {len(seen.waiting) - _SHOWN} more" if len(seen.waiting) > _SHOWN else ""
        parts.append(f"**Requests that wait for it: {len(seen.waiting)}**\n\n{waiting}{more}")
    parts.append(f"Claimed: {count(seen.numbers, 'number')} of {count(seen.requests, 'request')}.")
    last = markdown.events(state.all_events[-5:][::-1])
    return "\n\n".join([*parts, f"**Recent events**\n\n{last}" if last else ""]).strip()


def _headline(account: str, state: AccountState) -> str:
    if state.stop:
        since = format_utc(state.stop.since)
        return f"### Waiting for a person: the Telnyx account {escape(account)} is stopped since {since}"
    if state.outage and not state.outage.over:
        return f"### Telnyx has not answered since {format_utc(state.outage.since)}"
    if state.waking:
        return f"### The Telnyx account {escape(account)} is resumed. Requests yet to be woken: {len(state.waking)}"
    return f"### The Telnyx account {escape(account)} works"
