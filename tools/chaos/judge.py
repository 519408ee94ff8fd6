"""Compares how every request ended with the truth at Telnyx, and names each wrong case. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from domain.accounts import AccountProgress
from domain.messages import AskView, Progress
from domain.text import format_utc
from domain.vocabulary import AskKind, NumberState
from tools.chaos.ends import COMPLETED, Case, End, holders
from tools.chaos.truth import Life, by_number
from tools.chaos.untrue_outcomes import untrue

_PROVED = frozenset({"provisioning", "successful"})
"""Statuses that only a number with an accepted code has."""
_ACTIVE = NumberState.ACTIVE


@dataclass(frozen=True)
class Judgement:
    """The wrong cases, by kind."""

    lost: list[Case]
    doubled: list[Case]
    untrue: list[Case]
    switched_off: list[Case]
    asks: list[Case]

    @property
    def cases(self) -> list[Case]:
        """All of them."""
        return [*self.lost, *self.doubled, *self.untrue, *self.switched_off, *self.asks]


def judge(
    ends: Sequence[End],
    lives: Sequence[Life],
    orders: AbstractSet[str],
    account: AccountProgress | None,
    stale: Iterable[Case],
) -> Judgement:
    """Judge a whole run.

    Args:
        ends: of every planned request.
        lives: of every number in every order, from the simulator.
        orders: the ids of all orders, also of those without numbers.
        account: its state at the end; None if it did not answer.
        stale: asks that stayed open although their matter was finished.
    """
    held = holders(ends)
    return Judgement(
        lost=list(lost(ends)),
        doubled=list(doubled(lives, held)),
        untrue=[*untrue(ends, lives, orders), *orphans(ends, lives)],
        switched_off=list(switched_off(lives, held)),
        asks=[*stale, *left_asks(ends, account)],
    )


def lost(ends: Iterable[End]) -> Iterator[Case]:
    """Requests without a result. A request whose start was never answered is lost, too."""
    for end in ends:
        reference = end.planned.reference
        if not end.record.acknowledged:
            yield Case(reference, "its start was never answered")
        elif end.status != COMPLETED or end.shown is None:
            step = f", at the step {end.shown.step} with {_asked(end.shown)}" if end.shown else ""
            yield Case(reference, f"its workflow is {end.status}{step}{end.problems and f' ({end.problems})'}")


def doubled(lives: Sequence[Life], holders: Mapping[str, str]) -> Iterator[Case]:
    """Numbers in two orders at the same time that both could activate them or had done so."""
    for number, found in by_number(lives).items():
        for first, second in pairwise(found):
            if first.ended is None or first.ended > second.began:
                reference = holders.get(second.order_id) or holders.get(first.order_id, "no request")
                seen = f"ordered at {format_utc(second.began, seconds=True)}, while the order {first.order_id} was live"
                yield Case(reference, seen, number, second.order_id)


def switched_off(lives: Sequence[Life], holders: Mapping[str, str]) -> Iterator[Case]:
    """Numbers that were active and were deleted."""
    for life in lives:
        if life.switched_off is not None:
            seen = f"was active, and became {life.last_status} at {format_utc(life.switched_off, seconds=True)}"
            yield Case(holders.get(life.order_id, "no request"), seen, life.phone_number, life.order_id)


def orphans(ends: Sequence[End], lives: Sequence[Life]) -> Iterator[Case]:
    """Live or active numbers in orders that no request knows or names as left behind.

    A request that found an active number hosted already, for example after a reset, knows it as well.
    """
    held = holders(ends)
    shown = {row.phone_number for end in ends if end.shown for row in end.shown.numbers if row.state == _ACTIVE}
    for life in lives:
        stays = life.over is None or (life.active and life.phone_number not in shown)
        if stays and life.order_id not in held and not any(end.admits(life) for end in ends):
            what = "active in" if life.active else "a live number of"
            yield Case("no request", f"{what} an order that no request knows", life.phone_number, life.order_id)


def left_asks(ends: Iterable[End], account: AccountProgress | None) -> Iterator[Case]:
    """Asks of requests that have ended, and an account that still waits for its owner."""
    for end in ends:
        if end.shown is not None and end.status == COMPLETED:
            for ask in end.shown.asks:
                yield Case(end.planned.reference, f"has ended and still asks for {ask.kind} ({ask.id})")
    if account is None or account.partial:
        yield Case("the account", "its workflow did not answer")
    elif account.stopped or account.waiting:
        yield Case(f"account {account.account}", f"still stopped ({account.stopped}), {account.waiting} wait for it")


def is_resolved(ask: AskView, lives: Mapping[str, Sequence[Life]], order_ids: Sequence[str]) -> bool:
    """Whether the matter of an ask is finished.

    It is if one of its numbers is active in an order of the request. An ask for codes or documents is also finished if
    all its numbers are past that step in their newest order. Orders of a rival do not count.
    """
    ours = [[life for life in lives.get(number, []) if life.order_id in order_ids] for number in ask.numbers]
    if any(life.active for found in ours for life in found):
        return True
    if ask.kind not in {AskKind.CODES, AskKind.DOCUMENTS} or not ours:
        return False
    return all(found and _is_past(found[-1], ask.kind) for found in ours)


def _is_past(life: Life, kind: str) -> bool:
    return life.over is not None or (kind == AskKind.CODES and life.last_status in _PROVED)


def _asked(shown: Progress) -> str:
    asks = [f"{ask.kind} {ask.id}" for ask in shown.asks]
    return f"the asks {', '.join(asks)}" if asks else "nothing asked"
