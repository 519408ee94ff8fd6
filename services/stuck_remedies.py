"""What to say of stuck runs, and what heals them. Each command can be copied as it is printed."""

import shlex
from collections.abc import Iterator, Sequence

from services.stuck_requests import MOST, StuckWorkflow


def sentence(found: Sequence[StuckWorkflow]) -> str:
    """How many are stuck, which, and why."""
    count = f"{MOST} or more are" if len(found) >= MOST else f"{len(found)} {'is' if len(found) == 1 else 'are'}"
    rows = "; ".join(f"{one.name} ({one.cause}){_reason(one)}" for one in found)
    return f"{count} stuck because a worker fails on it again and again: {rows}."


def remedy(found: Sequence[StuckWorkflow]) -> str:
    """What to do: about each key that is missing, about what no worker can read, and about the first of the others."""
    remedies = [*_of_keys(found), *(one.unreadable.rstrip(".") for one in found if one.unreadable)]
    if others := [one for one in found if not one.unreadable and not _key(one)]:
        remedies.append(_of_other(others[0]))
    return "; ".join(remedies)


def _reason(one: StuckWorkflow) -> str:
    if key_id := _key(one):
        return f", since a worker lacks the key {key_id!r}"
    return f", as the worker says: {one.failure.text}" if one.failure and one.failure.text else ""


def _key(one: StuckWorkflow) -> str:
    return one.failure.key_id if one.failure else ""


def _of_keys(found: Sequence[StuckWorkflow]) -> Iterator[str]:
    """Nothing is lost while a key is missing. Only when it is lost for good does a run need a command."""
    for key_id in dict.fromkeys(_key(one) for one in found):
        waiting = [one for one in found if _key(one) == key_id]
        if not key_id:
            continue
        if_lost = "; ".join(_without_the_key(one, key_id) for one in waiting)
        yield (
            f"add the key {key_id!r} at the end of HOSTED_SMS_KEYS of every worker and restart it, and "
            f"{', '.join(one.name for one in waiting)} will go on within ten minutes. Only if no one has that key any "
            f"more, run {if_lost}"
        )


def _without_the_key(one: StuckWorkflow, key_id: str) -> str:
    """A run whose start cannot be read can only be ended. Else a reset drops what came last, and asks for it again.

    That does not reach what came under the key before.
    """
    end = f"`{terminate(one.workflow_id)}`"
    return end if one.start_key == key_id else f"`{reset(one.workflow_id)}`, and if it gets stuck again, {end}"


def _of_other(one: StuckWorkflow) -> str:
    # The worker's log of a nondeterminism error names only the run.
    return (
        f"look for the run {one.run_id} of {one.name} in the worker's log; roll the worker back if it was just "
        f"changed; otherwise run `{reset(one.workflow_id)}`, which is safe: a request that is reset finds the order it "
        "placed"
    )


def reset(workflow_id: str) -> str:
    """The command that takes back what came since the last task that succeeded. Signals and updates come again.

    It reads the history for that. A codec endpoint fails at what it has no key for, so none is asked.
    """
    command = f"temporal workflow reset --workflow-id {shlex.quote(workflow_id)} --type LastWorkflowTask --reason stuck"
    return f"TEMPORAL_CODEC_ENDPOINT= {command}"


def terminate(workflow_id: str) -> str:
    """The command that ends a run without any cleanup."""
    return f"temporal workflow terminate --workflow-id {shlex.quote(workflow_id)} --reason stuck"
