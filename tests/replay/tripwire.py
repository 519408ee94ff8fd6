"""Compares the commands of a workflow with those that are written down, and says what to do where they differ."""

import difflib
from collections.abc import Sequence

PROCEDURE = """
The story {story!r} sends Temporal other commands now (+) than tests/replay/commands.txt says (-):

{difference}

A request may run for weeks. Whenever a worker takes one up again, its history is replayed through the present code, and
a command that is missing, added or moved on the way stops that request until the code fits again.

1. You did not mean to change what the workflow does: take the change back.
2. You meant to, and no installation runs this code yet: `make histories WITH=--replace`, and commit what it writes.
3. You meant to, and installations may have requests under way:
   a. Put the new way under `if workflow.patched("what-is-new"):` and keep the old way under `else:`.
   b. `make test` until tests/replay/test_replay.py passes: the histories recorded before still replay.
   c. `make histories`: the stories that changed are recorded anew, and their old histories stay beside them.
   d. Say "Replay: patched" in CHANGELOG.md, and commit code, histories and commands.txt together.
   e. Roll out: exchange all workers, soon after one another; a request that a new worker has begun waits for one.
   f. The `else` and the old histories go when no request from before is left; 0008 says how to see that.

docs/decisions/0008-changing-a-workflow.md has the why, and what may be changed freely.
"""


def trip(story: str, written_down: Sequence[str], now: Sequence[str]) -> str:
    """What to do about a story that goes another way than written down; empty when it does not."""
    if list(written_down) == list(now):
        return ""
    difference = "\n".join(difflib.unified_diff(written_down, now, "commands.txt", "now", lineterm="", n=2))
    return PROCEDURE.format(story=story, difference=difference)
