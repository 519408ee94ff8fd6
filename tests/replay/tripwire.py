"""Compares the commands of a workflow with those in commands.txt, and says what to do when they differ."""

import difflib
from collections.abc import Sequence

PROCEDURE = """
The story {story!r} now sends other commands to Temporal (+) than tests/replay/commands.txt lists (-):

{difference}

A request may run for weeks. When a worker takes it up again, Temporal replays its history through the present code. A
command that is missing, added or moved stops that request until the code fits again.

1. You did not mean to change what the workflow does: undo the change.
2. You meant to. Installations may have requests under way:
   a. Put the new code under `if workflow.patched("what-is-new"):` and keep the old code under `else:`.
   b. Run `make test` until tests/replay/test_replay.py passes: the old histories still replay.
   c. Run `make histories`: it records the changed stories again and keeps their old histories beside them.
   d. Write "Replay: patched" in CHANGELOG.md, and commit code, histories and commands.txt together.
   e. Roll out: replace all workers within a short time. A request that a new worker began needs a new worker.
   f. Remove the `else` and the old histories when no old request is left. Decision 0008 says how to see that.

docs/decisions/0008-changing-a-workflow.md explains why, and what may be changed freely.
"""


def trip(story: str, expected: Sequence[str], now: Sequence[str]) -> str:
    """What to do about a story whose commands differ from commands.txt. Empty when they do not."""
    if list(expected) == list(now):
        return ""
    difference = "\n".join(difflib.unified_diff(expected, now, "commands.txt", "now", lineterm="", n=2))
    return PROCEDURE.format(story=story, difference=difference)
