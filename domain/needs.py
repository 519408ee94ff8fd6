"""What a verdict asks of a person, also when a worker of a later version gave the verdict."""

from collections.abc import Sequence

from domain.messages import Choice
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next

_CHOICES = [
    Choice(choice=ChoiceKind.AGAIN, sentence="All workers run the same version now. Look again."),
    Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
]
"""None of them goes on, because it is unknown what that would do."""


def need_of(verdict: Verdict, numbers: Sequence[str]) -> Need | None:
    """Turn a verdict into what to ask of whom; None if it is not a question.

    A question without a need means something that this version does not know. A worker of a later version gave it,
    which happens while workers of two versions run. So a person is asked, and nothing is done.

    Args:
        verdict: what a step found.
        numbers: the numbers of the step.
    """
    if verdict.next is not Next.ASK:
        return None
    return verdict.need or Need(
        kind=AskKind.CHOICE, numbers=list(numbers), guidance=_unknown(verdict), choices=_CHOICES
    )


def _unknown(verdict: Verdict) -> str:
    found = f" It found: {verdict.because}" if verdict.because else ""
    return (
        "A worker of another version says what to do next in a way that this one does not know. Let all workers run"
        f" the same version, then answer `again`, or give these numbers up.{found}"
    )
