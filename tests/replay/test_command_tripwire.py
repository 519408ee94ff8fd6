"""A change of the commands of a workflow is noticed, also when every recorded history still replays."""

import re
from collections.abc import Iterable

import pytest

from tests.replay import histories
from tests.replay.record import run_story
from tests.replay.stories import STORIES
from tests.replay.tripwire import trip

EXPECTED = histories.parse_commands(histories.COMMANDS.read_text())
# Together they go through every step, a second round, each way to stop, and a deadline.
RUN_HERE = (
    "happy",
    "wrong-code-and-resend",
    "papers-refused",
    "rejected-and-retried",
    "cancelled-in-review",
    "cancelled-while-ordering",
    "expired",
    "stopped-account",
)


@pytest.mark.server
@pytest.mark.parametrize("story", RUN_HERE)
async def test_a_story_sends_the_commands_that_are_written_down(story: str) -> None:
    runs = await run_story(story, STORIES[story])
    tripped = [trip(name, EXPECTED[name], histories.commands(run)) for name, run in runs.items()]
    assert not any(tripped), "".join(tripped)


def test_the_page_of_commands_agrees_with_the_histories() -> None:
    recorded = {name: histories.commands(histories.read(path)) for name, path in histories.current().items()}
    assert recorded == EXPECTED, "run `make histories`"


def test_every_activity_of_a_request_is_called_in_a_story_that_runs_here() -> None:
    requests = [story for story, done in EXPECTED.items() if "check_eligibility" in " ".join(done)]
    assert activities_in(requests) == activities_in(RUN_HERE)


def activities_in(stories: Iterable[str]) -> set[str]:
    """The activities that stories call."""
    found = re.compile("(?:activity task scheduled|local activity) ([a-z_]+)")
    return {name for story in stories for line in EXPECTED[story] for name in found.findall(line)}


def test_a_changed_command_trips_and_the_message_is_the_procedure() -> None:
    history = histories.current()["happy"].read_text()
    renamed = histories.from_text(history.replace("upload_documents", "upload_papers"))
    message = trip("happy", EXPECTED["happy"], histories.commands(renamed))
    assert "-activity task scheduled upload_documents" in message
    assert "+activity task scheduled upload_papers" in message
    assert "workflow.patched" in message
    assert "make histories" in message


def test_unchanged_commands_trip_nothing() -> None:
    assert not trip("happy", ["timer started"], ["timer started"])
