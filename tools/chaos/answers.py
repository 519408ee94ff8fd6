"""How a person replies to an ask: right or wrong, soon or late, patient or not. Decides only, and sends nothing."""

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
_DOCUMENTS_AT_MOST = 3
_CODE_WAITS_AT_MOST = 6
_SAME_CODE_AT_MOST = 3
"""A code that was refused so often belongs to an older text. The newer one never arrived."""


@dataclass(frozen=True)
class Reply:
    """One message of a person. None means new documents, which have to be stored first."""

    message: Message | None
    by_signal: bool = False


class Person:
    """The person behind a request, who remembers earlier replies."""

    def __init__(self, planned: Planned, record: Record, dice: random.Random) -> None:
        self.planned = planned
        self.record = record
        self._behavior = planned.behavior
        self._dice = dice

    def replies(self, ask: AskView, handsets: Mapping[str, str], *, faults_over: bool) -> list[Reply]:
        """The replies of this person to one ask.

        Args:
            ask: as `show` returns it.
            handsets: the newest code on each handset, by phone number.
            faults_over: whether the faults are over. From then on everyone replies at once.
        """
        if ask.kind == AskKind.ACCOUNT or (not faults_over and self._dice.random() < self._behavior.late):
            return []
        if ask.choices:
            return [self._choose(ask, faults_over=faults_over)]
        match ask.kind:
            case AskKind.CODES:
                return self._codes(ask, handsets)
            case AskKind.DOCUMENTS:
                return [self._submit_documents(ask)]
            case AskKind.CARRIER | AskKind.SUPPORT:
                return [self._try_again(ask)]
        return []

    def _choose(self, ask: AskView, *, faults_over: bool) -> Reply:
        choice = self._preferred(ask, faults_over=faults_over)
        if choice.choice in {ChoiceKind.GIVE_UP, ChoiceKind.NEW_ORDER}:
            self.record.gave_up |= set(self.planned.phone_numbers if choice.order_id else ask.numbers)
            self.record.gave_up |= set(ask.numbers)
        self.record.waited = self.record.waited or choice.choice == ChoiceKind.WAIT
        return Reply(AnswerAsk(ask=ask.id, choice=choice.choice, order_id=choice.order_id, by=BY))

    def _preferred(self, ask: AskView, *, faults_over: bool) -> Choice:
        by_kind = {choice.choice: choice for choice in ask.choices}
        give_up = by_kind.get(ChoiceKind.GIVE_UP)
        unknown = ChoiceKind.WAIT in by_kind
        if give_up is not None and not self._has_patience(ask):
            return give_up
        # No person vouches for a number with an unknown status, and none waits for it twice.
        unwanted = {ChoiceKind.GO_ON} if unknown else set()
        unwanted |= {ChoiceKind.WAIT} if faults_over or self.record.waited else set()
        # What Telnyx refused may succeed next time. Only a check that takes minutes may be given up at once.
        if ChoiceKind.AGAIN in by_kind and not any(kind_of(number) in SLOW_CHECKS for number in ask.numbers):
            unwanted |= {ChoiceKind.GIVE_UP}
        return self._dice.choice([choice for choice in ask.choices if choice.choice not in unwanted] or ask.choices)

    def _has_patience(self, ask: AskView) -> bool:
        key = f"{ask.kind} {sorted(ask.numbers)}"
        self.record.tries[key] += 1
        return self.record.tries[key] <= self._behavior.tries

    def _codes(self, ask: AskView, handsets: Mapping[str, str]) -> list[Reply]:
        known = [number for number in ask.numbers if number in handsets and not self._is_old(number, handsets)]
        missing = [number for number in ask.numbers if number not in known]
        said = [self._read_out(known, handsets)] if known else []
        return said + (self._miss(missing) if missing else [])

    def _read_out(self, numbers: list[str], handsets: Mapping[str, str]) -> Reply:
        if self._dice.random() < 0.1:  # noqa: PLR2004 - one in ten deleted the text
            return Reply(ResendCodes(phone_numbers=numbers, method="sms", by=BY))
        self.record.tries.update(_code_key(number, handsets) for number in numbers)
        codes = [Code(phone_number=number, code=self._typed(handsets[number])) for number in numbers]
        return Reply(SubmitCodes(codes=codes, by=BY), by_signal=self._behavior.signals)

    def _is_old(self, number: str, handsets: Mapping[str, str]) -> bool:
        return self.record.tries[_code_key(number, handsets)] >= _SAME_CODE_AT_MOST

    def _typed(self, code: str) -> str:
        wrong = self._dice.random() < self._behavior.wrong
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}" if wrong else code

    def _miss(self, numbers: list[str]) -> list[Reply]:
        """Reply when there is no code: wait, request another one, and give up in the end."""
        key = f"no code {numbers}"
        self.record.tries[key] += 1
        if self.record.tries[key] > _CODE_WAITS_AT_MOST:
            return [self._give_up(numbers)]
        if self.record.tries[key] % 2:
            return []
        method = self._dice.choice(["sms", "call"])
        return [Reply(ResendCodes(phone_numbers=numbers, method=method, by=BY))]

    def _submit_documents(self, ask: AskView) -> Reply:
        self.record.documents_submitted += 1
        if self.record.documents_submitted > _DOCUMENTS_AT_MOST + self._behavior.tries:
            return self._give_up(list(ask.numbers or self.planned.phone_numbers))
        return Reply(None)

    def _try_again(self, ask: AskView) -> Reply:
        if self._has_patience(ask):
            return Reply(RetryNumbers(phone_numbers=ask.numbers, by=BY))
        return self._give_up(ask.numbers)

    def _give_up(self, numbers: list[str]) -> Reply:
        self.record.gave_up |= set(numbers)
        return Reply(GiveUp(phone_numbers=numbers, why="tried often enough", by=BY))


def _code_key(number: str, handsets: Mapping[str, str]) -> str:
    return f"code {number} {handsets[number]}"
