"""Telnyx's answer about one number: its row, if the answer makes sense, and a sentence that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.status_table import StatusRow
from domain.text import clause


@dataclass(frozen=True)
class EligibilityAnswer:
    """Telnyx's answer about one number, as read from the API; the status is in lower case."""

    eligible: bool
    status: str
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """One number with Telnyx's answer about it; None when Telnyx gave none."""

    phone_number: str
    answer: EligibilityAnswer | None

    @property
    def row(self) -> StatusRow[EligibilityKind] | None:
        """The row of the status; None for an unknown status, and for one that contradicts its flag."""
        row = ELIGIBILITY.get(self.status)
        orderable = row is not None and row.kind is EligibilityKind.ORDER
        contradicts = self.answer is not None and self.answer.eligible != orderable
        return None if contradicts else row

    @property
    def kind(self) -> EligibilityKind | None:
        """The kind of the status; None like `row`."""
        return self.row.kind if self.row else None

    @property
    def status(self) -> str:
        """The status as Telnyx wrote it; empty when there is none."""
        return self.answer.status if self.answer else ""

    @property
    def because(self) -> str:
        """A sentence with Telnyx's status and, for a number that cannot be hosted, Telnyx's own detail."""
        if self.answer is None:
            return "Telnyx's eligibility check gave no answer for this number."
        if self.row is None:
            return _explain_unknown(self.answer)
        detail = "" if self.answer.eligible else clause(self.answer.detail)
        return f"{self.row.sentence('number')} {detail}." if detail else self.row.sentence("number")

    @property
    def advice(self) -> str:
        """The sentence, and what to do now if a table knows."""
        return f"{self.because} {self.row.guidance}" if self.row else self.because

    def is_accepted(self, accepted: Mapping[str, str]) -> bool:
        """Say whether a person saw this very status, which no table knows, and wants the number ordered anyway."""
        return self.row is None and accepted.get(self.phone_number) == self.status


def _explain_unknown(answer: EligibilityAnswer) -> str:
    flag = f"(eligible: {str(answer.eligible).lower()})"
    if not answer.status:
        return f"Telnyx's eligibility check gave no status for this number {flag}."
    return f"Telnyx's eligibility check answered {answer.status!r} {flag}, which this program does not understand."


def hosted_elsewhere(answers: Mapping[str, EligibilityAnswer]) -> list[str]:
    """List the numbers that another Telnyx account hosts; an order for them is an internal transfer."""
    return [number for number, answer in answers.items() if Finding(number, answer).kind is EligibilityKind.TRANSFER]
