"""The doctor's check of the open orders at Telnyx that no running request works on, each with its remedy."""

from collections.abc import Sequence

from temporalio.client import Client

from domain import command_hints
from domain.checks import Orphan
from domain.text import count
from services import preflight
from services.doctor_checks import CheckResult, ok

_SUPPORT = (
    "have Telnyx support remove {}, since a number in it is active or may be, and to delete it could switch that off"
)
_FREE = (
    "delete {} in the Telnyx portal, or start a request with exactly the same profile and numbers, which takes it over"
)
_LEFT = "delete {} in the Telnyx portal, as the request says"


async def orphans(client: Client, account: str) -> CheckResult:
    """Whether a running request works on each open order of an account."""
    report = await preflight.orphans(client, account)
    counted, placing = f"Open orders: {report.open_orders}.", _placing(report.unnamed)
    sentences, remedies = [_orphans(report.orphans), _left(report.left)], _remedies(report.orphans, report.left)
    if not remedies:
        return ok(f"{counted} Each belongs to a running request.{placing}")
    return CheckResult("warn", f"{counted}{''.join(sentences)}{placing}", "; ".join(remedies))


def _orphans(orders: Sequence[Orphan]) -> str:
    rows = "; ".join(f"{one.order_id} ({_facts(one)})" for one in orders)
    return f" No running request looks after {len(orders)} of them: {rows}." if orders else ""


def _left(orders: Sequence[Orphan]) -> str:
    rows = "; ".join(f"{one.order_id} ({_facts(one)}, see `{command_hints.show(one.reference)}`)" for one in orders)
    return f" A running request left {len(orders)} of them: {rows}." if orders else ""


def _placing(orders: Sequence[Orphan]) -> str:
    """A sentence about orders that may belong to a running request, so that no one deletes them as orphans."""
    rows = "; ".join(f"{one.order_id} (`{command_hints.show(one.reference)}`)" for one in orders)
    return f" A request may be placing these right now, or asks about them, so leave them alone: {rows}." * bool(orders)


def _facts(one: Orphan) -> str:
    return f"{one.status or 'no status'}, {count(one.numbers, 'number')}"


def _remedies(orphans: Sequence[Orphan], left: Sequence[Orphan]) -> list[str]:
    """One remedy for each kind of order."""
    kinds = (
        (_FREE, [one.order_id for one in orphans if not one.at_risk]),
        (_LEFT, [one.order_id for one in left if not one.at_risk]),
        (_SUPPORT, [one.order_id for one in [*orphans, *left] if one.at_risk]),
    )
    return [remedy.format(" and ".join(ids)) for remedy, ids in kinds if ids]
