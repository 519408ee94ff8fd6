"""What a person says to an ask: right or wrong, soon or late, patient or not. Decides alone and sends nothing."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from domain.messages import (
    AnswerAsk,
    AskView,
    Choice,
    Code,
    GiveUp,
    Message,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from domain.vocabulary import AskKind, ChoiceKind
from tools.chaos.plan import SLOW_CHECKS, Planned, kind_of
from tools.chaos.tally import Record

BY = "chaos"
_PAPERS_AT_MOST = 3
_CODE_WAITS_AT_MOST = 6
_SAME_CODE_AT_MOST = 3
"""A code that was read out so often belongs to an older text: the newer one never came."""


@dataclass(frozen=True)
class Said:
    """One message of a person; None stands for documents, which have to be stored first."""

    message: Message | None
    by_signal: bool = False


class Person:
    """The person behind a request, who remembers what was said before."""

    def __init__(self, planned: Planned, record: Record, dice: random.Random) -> None:
        self.planned = planned
        self.record = record
        self._temper = planned.temper
        self._dice = dice

    def says(self, ask: AskView, handsets: Mapping[str, str], *, calm: bool) -> list[Said]:
        """What this person says to one ask.

        Args:
            ask: as `show` tells it.
            handsets: the newest code on each handset.
            calm: whether the storm is over, when nobody hesitates any more.
        """
        if ask.kind == AskKind.ACCOUNT or (not calm and self._dice.random() < self._temper.late):
            return []
        if ask.choices:
            return [self._choose(ask, calm=calm)]
        match ask.kind:
            case AskKind.CODES:
                return self._codes(ask, handsets)
            case AskKind.DOCUMENTS:
                return [self._papers(ask)]
            case AskKind.CARRIER | AskKind.SUPPORT:
                return [self._try_again(ask)]
        return []

    def _choose(self, ask: AskView, *, calm: bool) -> Said:
        choice = self._preferred(ask, calm=calm)
        if choice.choice in {ChoiceKind.GIVE_UP, ChoiceKind.NEW_ORDER}:
            self.record.gave_up |= set(self.planned.phone_numbers if choice.order_id else ask.numbers)
            self.record.gave_up |= set(ask.numbers)
        self.record.waited = self.record.waited or choice.choice == ChoiceKind.WAIT
        return Said(AnswerAsk(ask=ask.id, choice=choice.choice, order_id=choice.order_id, by=BY))

    def _preferred(self, ask: AskView, *, calm: bool) -> Choice:
        words = {choice.choice: choice for choice in ask.choices}
        give_up = words.get(ChoiceKind.GIVE_UP)
        unknown = ChoiceKind.WAIT in words
        if give_up is not None and not self._has_patience(ask):
            return give_up
        # Nobody vouches for a number that Telnyx has no known word for, and nobody waits for it twice.
        unwanted = {ChoiceKind.GO_ON} if unknown else set()
        unwanted |= {ChoiceKind.WAIT} if calm or self.record.waited else set()
        # What Telnyx refused it may do the next time; only a check that takes minutes is not asked for until the end.
        if ChoiceKind.AGAIN in words and not any(kind_of(number) in SLOW_CHECKS for number in ask.numbers):
            unwanted |= {ChoiceKind.GIVE_UP}
        return self._dice.choice([choice for choice in ask.choices if choice.choice not in unwanted] or ask.choices)

    def _has_patience(self, ask: AskView) -> bool:
        key = f"{ask.kind} {sorted(ask.numbers)}"
        self.record.tries[key] += 1
        return self.record.tries[key] <= self._temper.tries

    def _codes(self, ask: AskView, handsets: Mapping[str, str]) -> list[Said]:
        known = [number for number in ask.numbers if number in handsets and not self._is_worn(number, handsets)]
        missing = [number for number in ask.numbers if number not in known]
        said = [self._read_out(known, handsets)] if known else []
        return said + (self._miss(missing) if missing else [])

    def _read_out(self, numbers: list[str], handsets: Mapping[str, str]) -> Said:
        if self._dice.random() < 0.1:  # noqa: PLR2004 - one in ten has deleted the text
            return Said(ResendCodes(phone_numbers=numbers, method="sms", by=BY))
        self.record.tries.update(_code_key(number, handsets) for number in numbers)
        codes = [Code(phone_number=number, code=self._typed(handsets[number])) for number in numbers]
        return Said(SubmitCodes(codes=codes, by=BY), by_signal=self._temper.signals)

    def _is_worn(self, number: str, handsets: Mapping[str, str]) -> bool:
        return self.record.tries[_code_key(number, handsets)] >= _SAME_CODE_AT_MOST

    def _typed(self, code: str) -> str:
        wrong = self._dice.random() < self._temper.wrong
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}" if wrong else code

    def _miss(self, numbers: list[str]) -> list[Said]:
        """No code on the handset: wait, have another one sent, and give up in the end."""
        key = f"no code {numbers}"
        self.record.tries[key] += 1
        if self.record.tries[key] > _CODE_WAITS_AT_MOST:
            return [self._give_up(numbers)]
        if self.record.tries[key] % 2:
            return []
        method = self._dice.choice(["sms", "call"])
        return [Said(ResendCodes(phone_numbers=numbers, method=method, by=BY))]

    def _papers(self, ask: AskView) -> Said:
        self.record.papers_handed_in += 1
        if self.record.papers_handed_in > _PAPERS_AT_MOST + self._temper.tries:
            return self._give_up(list(ask.numbers or self.planned.phone_numbers))
        return Said(None)

    def _try_again(self, ask: AskView) -> Said:
        if self._has_patience(ask):
            return Said(RetryNumbers(phone_numbers=ask.numbers, by=BY))
        return self._give_up(ask.numbers)

    def _give_up(self, numbers: list[str]) -> Said:
        self.record.gave_up |= set(numbers)
        return Said(GiveUp(phone_numbers=numbers, why="tried often enough", by=BY))


def _code_key(number: str, handsets: Mapping[str, str]) -> str:
    return f"code {number} {handsets[number]}"
