"""Room for claims: all that an account's workflow carries into its next run must fit into one payload of 2 MB.

How much a state takes is known only when it is packed, which a run does at its end. Meanwhile each claim counts with
more than it will take. A run that seems full ends, and the next one knows better. It also has looked which requests are
over. Only what the run began with and what came since decide, so a replay decides the same.
"""

from datetime import datetime, timedelta

from temporalio import workflow

from domain.accounts import Claim, ClaimResult
from domain.text import count
from workflows.account.state import AccountState

FULL_AT = 1_600_000
"""Bytes of packed lists with which no further number is claimed. The rest of the 2 MB is for events and notifications,
which have limits of their own, and for those who wait for the account."""
MOST_REQUESTS = 60_000
"""Packing or unpacking them takes half a second of the two that a workflow task may take."""
WORTH_A_RUN = 100_000
"""Bytes counted since the run began with which a full account begins a new run at once, since they are guessed."""
LOOKED_EVERY = timedelta(minutes=30)
"""How often a full account looks which of its requests are over."""
_CLAIM, _NUMBER, _WAITING = 24, 8, 64
"""Bytes that a claim takes besides its reference, and that a number and a waiting request take. None takes so many."""


class Room:
    """Takes claims as long as they fit, in one run."""

    def __init__(self, account: str, state: AccountState) -> None:
        self._account = account
        self._state = state
        self.look_is_due = False
        """Whether this run has been at work for so long that requests have ended meanwhile."""
        self._claimed = 0
        self._waited = self._waiting

    def take(self, claim: Claim, now: datetime) -> ClaimResult:
        """Give a request the numbers that are free, or say why there is no room for them."""
        state = self._state
        if not state.claims.needs_room(claim):
            return state.claims.take(claim, now)
        if self.is_full:
            return self._refuse(now)
        state.full_since = None
        before = state.claims.numbers
        result = state.claims.take(claim, now)
        self._claimed += len(claim.reference) + _CLAIM + _NUMBER * (state.claims.numbers - before)
        return result

    @property
    def is_full(self) -> bool:
        """Whether no further number can be claimed."""
        return self._state.carried_size + self._grown >= FULL_AT or len(self._state.claims.holders) >= MOST_REQUESTS

    @property
    def needs_new_run(self) -> bool:
        """Whether the account is full as far as this run can tell, and a new run may know better."""
        return self.is_full and (self.look_is_due or self._grown >= WORTH_A_RUN)

    async def await_look(self) -> None:
        """Let the look at closed requests become due, if this run may become full without a good guess."""
        if self._state.carried_size >= FULL_AT - WORTH_A_RUN:
            await workflow.sleep(LOOKED_EVERY, summary="look which requests are over")
            self.look_is_due = True

    @property
    def _grown(self) -> int:
        return self._claimed + _WAITING * max(self._waiting - self._waited, 0)

    @property
    def _waiting(self) -> int:
        return len(self._state.waiting) + len(self._state.waking)

    def _refuse(self, now: datetime) -> ClaimResult:
        state = self._state
        sentence = no_room(self._account, state)
        if state.full_since is None:
            state.full_since = now
            state.record_event(now, sentence)
        return ClaimResult(granted=False, no_room=sentence)


def no_room(account: str, state: AccountState) -> str:
    """Why no further number can be claimed, and what helps."""
    held = f"{count(state.claims.numbers, 'number')} of {count(len(state.claims.holders), 'request')}"
    return (
        f"The workflow of the account {account} holds {held}, and no more fit into it. Further requests wait until some"
        " of these end. To go on at once, give new requests a second name of the account."
    )
