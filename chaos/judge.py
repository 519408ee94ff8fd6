"""Compares how every request ended with the truth, and names each case that is wrong. Looks only, asks nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chaos.plan import Planned, kind_of
from chaos.tally import Record
from chaos.truth import Life, by_number
from domain.accounts import AccountProgress
from domain.eligibility_words import EligibilityKind
from domain.messages import AskView, Progress
from domain.vocabulary import AskKind, NumberState, Outcome

COMPLETED = "COMPLETED"
UNKNOWN = "unknown to the server"
_FINAL = {state for state in NumberState if state.is_final}
_NONE_ACTIVE = {Outcome.NOT_ACTIVE, Outcome.CANCELLED, Outcome.EXPIRED}


@dataclass(frozen=True)
class Case:
    """One thing that is wrong: whose, which number in which order, and what was seen."""

    reference: str
    seen: str
    phone_number: str = ""
    order_id: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.reference, self.phone_number, self.order_id) if part)
        return f"{where}: {self.seen}"


@dataclass(frozen=True)
class End:
    """How one request stood when the run was over."""

    planned: Planned
    record: Record
    status: str
    """Of its workflow, such as `COMPLETED`."""
    shown: Progress | None
    """What `show` says; None when nobody knows the request."""
    trouble: str = ""
    """What the server says of workflow tasks that fail again and again."""


@dataclass(frozen=True)
class Judgement:
    """Everything that is wrong, by what the table calls it."""

    lost: list[Case]
    doubled: list[Case]
    untrue: list[Case]
    switched_off: list[Case]
    asks: list[Case]

    @property
    def cases(self) -> list[Case]:
        """All of them."""
        return [*self.lost, *self.doubled, *self.untrue, *self.switched_off, *self.asks]


def judged(
    ends: Sequence[End], lives: Sequence[Life], account: AccountProgress | None, stale: Iterable[Case]
) -> Judgement:
    """The judgement of a whole run.

    Args:
        ends: every request that was planned.
        lives: of every number in every order, in truth.
        account: where the account stands at the end; None when nothing is known of it.
        stale: asks that were seen open although their matter was settled.
    """
    holders = {order_id: end.planned.reference for end in ends if end.shown for order_id in end.shown.order_ids}
    return Judgement(
        lost=list(lost(ends)),
        doubled=list(doubled(lives, holders)),
        untrue=[*untrue(ends, lives), *nobodys(lives, holders, _named(ends))],
        switched_off=list(switched_off(lives, holders)),
        asks=[*stale, *left_asks(ends, account)],
    )


def lost(ends: Iterable[End]) -> Iterator[Case]:
    """Requests that did not come to an end with a result; a start that was never answered is lost too."""
    for end in ends:
        reference = end.planned.reference
        if not end.record.acknowledged:
            yield Case(reference, "its start was never answered")
        elif end.status != COMPLETED or end.shown is None:
            step = f", at the step {end.shown.step} with {_asked(end.shown)}" if end.shown else ""
            yield Case(reference, f"its workflow is {end.status}{step}{end.trouble and f' ({end.trouble})'}")


def doubled(lives: Sequence[Life], holders: Mapping[str, str]) -> Iterator[Case]:
    """Numbers that two orders held at the same time, each able to activate them or having done so."""
    for number, found in by_number(lives).items():
        for first, second in pairwise(found):
            if first.ended is None or first.ended > second.began:
                reference = holders.get(second.order_id) or holders.get(first.order_id, "nobody's")
                seen = f"ordered at {second.began:%H:%M:%S}, while the order {first.order_id} was live"
                yield Case(reference, seen, number, second.order_id)


def switched_off(lives: Sequence[Life], holders: Mapping[str, str]) -> Iterator[Case]:
    """Numbers that were active and were taken away."""
    for life in lives:
        if life.switched_off is not None:
            seen = f"was active, and became {life.last_word} at {life.switched_off:%H:%M:%S}"
            yield Case(holders.get(life.order_id, "nobody's"), seen, life.phone_number, life.order_id)


def _named(ends: Iterable[End]) -> str:
    """What ended requests say that they left at Telnyx."""
    return " ".join(sentence for end in ends if end.shown for sentence in end.shown.left_behind)


def nobodys(lives: Sequence[Life], holders: Mapping[str, str], named: str = "") -> Iterator[Case]:
    """Live orders that no request knows, nor names as left behind: nobody would ever hear of them."""
    for life in lives:
        if life.order_id not in holders and life.order_id not in named and life.over is None:
            yield Case("nobody's", "a live order that no request knows", life.phone_number, life.order_id)


def left_asks(ends: Iterable[End], account: AccountProgress | None) -> Iterator[Case]:
    """Asks that a request still shows although it is over, and an account that still waits for its owner."""
    for end in ends:
        if end.shown is not None and end.status == COMPLETED:
            for ask in end.shown.asks:
                yield Case(end.planned.reference, f"is over and still asks for {ask.kind} ({ask.id})")
    if account is not None and (account.stopped or account.waiting):
        yield Case(f"account {account.account}", f"still stopped ({account.stopped}), {account.waiting} wait for it")


def settled(ask: AskView, lives: Mapping[str, Sequence[Life]], order_ids: Sequence[str]) -> bool:
    """Whether an ask for codes or documents is about numbers alone that had their last word in every order named."""
    if ask.kind not in {AskKind.CODES, AskKind.DOCUMENTS} or not ask.numbers:
        return False
    newest = [[life for life in lives.get(number, []) if life.order_id in order_ids] for number in ask.numbers]
    return all(found and found[-1].over is not None for found in newest)


def untrue(ends: Iterable[End], lives: Sequence[Life]) -> Iterator[Case]:
    """Numbers of ended requests whose outcome is not what became of them at Telnyx."""
    numbers = by_number(lives)
    rivals = _shared(ends := list(ends))
    for end in ends:
        if end.status == COMPLETED and end.shown is not None:
            yield from _of_the_whole(end, end.shown)
            for row in end.shown.numbers:
                of_number = _Number(end, end.shown, row.phone_number, numbers.get(row.phone_number, []), rivals)
                if wrong := of_number.wrong(row.state):
                    seen = f"is shown as {row.state} ({row.status}), but {wrong}"
                    yield Case(end.planned.reference, seen, row.phone_number, of_number.order_id)


def _of_the_whole(end: End, shown: Progress) -> Iterator[Case]:
    active = [row.state == NumberState.ACTIVE for row in shown.numbers]
    fits = {Outcome.ACTIVE: all(active), Outcome.PARTLY_ACTIVE: any(active) and not all(active)}
    if not fits.get(shown.outcome, shown.outcome in _NONE_ACTIVE and not any(active)):  # type: ignore[call-overload]
        yield Case(end.planned.reference, f"the outcome {shown.outcome} does not fit its numbers")
    if [row.phone_number for row in shown.numbers] != list(end.planned.phone_numbers):
        yield Case(end.planned.reference, "not each of its numbers has one outcome")


def _shared(ends: Iterable[End]) -> set[str]:
    """Numbers that two requests wanted."""
    wanted = [number for end in ends for number in end.planned.phone_numbers]
    return {number for number in wanted if wanted.count(number) > 1}


@dataclass
class _Number:
    """One number of an ended request, and its lives in truth."""

    end: End
    shown: Progress
    phone_number: str
    lives: Sequence[Life]
    rivals: set[str]

    @property
    def order_id(self) -> str:
        """The newest order that held it."""
        return self.lives[-1].order_id if self.lives else ""

    def wrong(self, state: str) -> str:
        """What is wrong with the state that is shown; empty when it is true."""
        if state not in _FINAL:
            return "that is no end"
        if state == NumberState.ACTIVE:
            return "" if any(life.active for life in self.lives) else "it is not active at Telnyx"
        ours = [life for life in self.lives if life.order_id in self.shown.order_ids or not self._is_shared]
        if not self.shown.left_behind and any(life.active for life in ours):
            return "it is active at Telnyx"
        if not self.shown.left_behind and any(life.over is None for life in ours):
            return "its order is still live, and nothing is said of it"
        return "" if self._has_a_reason(state) else "nobody and nothing ended it"

    @property
    def _is_shared(self) -> bool:
        return self.phone_number in self.rivals

    def _has_a_reason(self, state: str) -> bool:
        person = self.end.record.cancelled or self.phone_number in self.end.record.gave_up
        if state == NumberState.GIVEN_UP:
            return person
        if state in {NumberState.FAILED, NumberState.REJECTED}:
            return any(life.ended is not None for life in self.lives)
        refused = kind_of(self.phone_number) is not EligibilityKind.ORDER
        return person or refused or self._is_shared or self.end.planned.all_or_nothing


def _asked(shown: Progress) -> str:
    asks = [f"{ask.kind} {ask.id}" for ask in shown.asks]
    return f"the asks {', '.join(asks)}" if asks else "nothing asked"
