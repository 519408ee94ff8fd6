"""Reads a plan of faults from the control surface and refuses what could never strike."""

from simulator.control_bodies import Body, bad_request
from simulator.faults import CALLS, NAMED_KINDS, Plan


def plan_from(body: Body) -> Plan:
    """The plan that a control body describes; an empty one means that nothing goes wrong any more."""
    rate, seed = body.figure("rate"), body.whole("seed")
    plan = Plan(
        kinds=tuple(body.texts("kinds")),
        rate=1.0 if rate is None else rate,
        seed=1 if seed is None else seed,
        delay=body.figure_or_bounds("delay"),
        pointer=body.text("pointer") or "",
        calls=frozenset(body.texts("calls")),
        times=body.whole("times"),
    )
    body.refuse_unknown_keys()
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    unknown = [kind for kind in plan.kinds if kind not in NAMED_KINDS and not _is_status(kind)]
    if unknown:
        known = ", ".join(sorted(NAMED_KINDS))
        raise bad_request(f"Unknown kinds {', '.join(unknown)}; known are {known} and an HTTP status from 400 to 599.")
    strangers = sorted(plan.calls - set(CALLS))
    if strangers:
        raise bad_request(f"Unknown calls {', '.join(strangers)}; known are {', '.join(CALLS)}.")
    if plan.rate > 1:
        raise bad_request("rate is a share of the calls and has to be from 0 to 1.")


def _is_status(kind: str) -> bool:
    return len(kind) == 3 and kind.isascii() and kind.isdigit() and kind[0] in "45"  # noqa: PLR2004 - an HTTP status
