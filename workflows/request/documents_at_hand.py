"""The LOA and the bill that a request has: which are missing or refused, and which were uploaded."""

from collections.abc import Mapping
from datetime import datetime

from domain.freshness import LOA_GOOD_FOR
from domain.messages import Document
from domain.text import format_utc
from workflows.request.state import State

_RULES = {
    "LOA": "The LOA must be signed and dated within the last 30 days, in the exact name of the account holder.",
    "bill": "The bill must be last month's and show every number.",
}
"""What Telnyx wants of each (docs/telnyx.md §9)."""


def take(state: State, at: datetime, loa: Document | None, bill: Document | None) -> None:
    """Take documents that were handed in. What is absent stays as it was."""
    state.loa, state.bill = loa or state.loa, bill or state.bill
    state.loa_since = at if loa else state.loa_since
    state.papers_refused = ""


def refuse(state: State, guidance: str) -> None:
    """Telnyx refused the documents at hand: they must not be uploaded again as they are."""
    state.papers_refused, state.bill_looked_at = guidance, False


def record_upload(state: State) -> None:
    """Remember which documents Telnyx gets."""
    if state.round is not None:
        state.round.uploaded = dict(_hashes(state))


def differ_from_upload(state: State, refused: str) -> bool:
    """Whether other documents are at hand than those that were uploaded.

    Args:
        state: of the request.
        refused: `loa` or `bill` when only that one was refused; empty when it may be either.
    """
    uploaded = state.round.uploaded if state.round else {}
    at_hand = _hashes(state)
    return any(at_hand.get(name) != sha256 for name, sha256 in uploaded.items() if refused in {"", name})


def wanted(state: State, now: datetime) -> str:
    """What a person must hand in before an upload, as guidance; empty when nothing is missing."""
    if state.papers_refused:
        return state.papers_refused
    if state.loa and state.loa_since and now - state.loa_since > LOA_GOOD_FOR:
        return (
            f"The LOA was handed in on {format_utc(state.loa_since)}, more than {LOA_GOOD_FOR.days} days ago. Hand in"
            " an LOA with a new signature and date."
        )
    missing = [name for name, document in (("LOA", state.loa), ("bill", state.bill)) if document is None]
    if not missing:
        return ""
    rules = " ".join(_RULES[name] for name in missing)
    return f"Hand in the {' and the '.join(missing)} as PDF. {rules}"


def _hashes(state: State) -> Mapping[str, str]:
    return {name: document.sha256 for name, document in (("loa", state.loa), ("bill", state.bill)) if document}
