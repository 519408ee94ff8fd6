"""What a verdict wants of a person, also when it is put in words of a later version."""

from collections.abc import Sequence

from domain.messages import Choice, Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next

_CHOICES = [
    Choice(choice=ChoiceKind.AGAIN, sentence="All workers are of one version: look again."),
    Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
]
"""None goes on: nobody knows what would be gone on with."""


def need_of(verdict: Verdict, numbers: Sequence[str]) -> Need | None:
    """What to ask of whom, if the verdict is a question.

    One without a need is a word that this version does not know. A newer worker judged it, which happens while workers
    of two versions are at work; so a person sees it, and nothing is done.

    Args:
        verdict: what a step found.
        numbers: those that the step is about.
    """
    if verdict.next is not Next.ASK:
        return None
    return verdict.need or Need(
        kind=AskKind.CHOICE, numbers=list(numbers), guidance=_unknown(verdict), choices=_CHOICES
    )


def _unknown(verdict: Verdict) -> str:
    found = f" It found: {verdict.because}" if verdict.because else ""
    return (
        "A worker of another version says what to do next in a word that this one does not know. Let all workers run"
        f" the same version, then answer `again`; or give these numbers up.{found}"
    )
