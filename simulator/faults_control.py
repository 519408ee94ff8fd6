"""Reads a plan of faults from the control surface, and refuses faults that could never happen."""

from simulator.control_bodies import Body, bad_request
from simulator.faults import CALLS, NAMED_KINDS, STRANGER_FORMS, Plan


def plan_from(body: Body) -> Plan:
    """Read the plan from a control body; an empty body ends all faults."""
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
    unknown = [kind for kind in plan.kinds if not (kind in NAMED_KINDS or _is_status(kind) or _is_stranger(kind))]
    if unknown:
        known = ", ".join(sorted(NAMED_KINDS))
        raise bad_request(
            f"Unknown kinds: {', '.join(unknown)}. Known kinds: {known}, and an HTTP status from 400 to 599, which may"
            f" follow one of {', '.join(STRANGER_FORMS)}, as in page_403. Then someone on the way answers, from 200 on."
        )
    strangers = sorted(plan.calls - set(CALLS))
    if strangers:
        raise bad_request(f"Unknown calls: {', '.join(strangers)}. Known calls: {', '.join(CALLS)}.")
    if plan.rate > 1:
        raise bad_request("rate is a share of the calls: it must be from 0 to 1.")


def _is_status(kind: str, classes: str = "45") -> bool:
    return len(kind) == 3 and kind.isascii() and kind.isdigit() and kind[0] in classes  # noqa: PLR2004 - an HTTP status


def _is_stranger(kind: str) -> bool:
    form, _, status = kind.partition("_")
    return form in STRANGER_FORMS and _is_status(status, "2345")
