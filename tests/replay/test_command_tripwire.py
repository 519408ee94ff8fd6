"""A change of what a workflow tells the server is noticed also where every recorded history still replays."""

import re
from collections.abc import Iterable

import pytest

from tests.replay import histories
from tests.replay.record import play
from tests.replay.stories import STORIES
from tests.replay.tripwire import trip

WRITTEN_DOWN = histories.listed(histories.COMMANDS.read_text())
# Together they come through every step, a second round, each way to stop and the clock.
PLAYED = (
    "happy",
    "wrong-code-and-resend",
    "papers-refused",
    "rejected-and-retried",
    "cancelled-in-review",
    "cancelled-while-ordering",
    "expired",
    "stopped-account",
)


@pytest.mark.parametrize("story", PLAYED)
async def test_a_story_sends_the_commands_that_are_written_down(story: str) -> None:
    runs = await play(story, STORIES[story])
    tripped = [trip(name, WRITTEN_DOWN[name], histories.commands(run)) for name, run in runs.items()]
    assert not any(tripped), "".join(tripped)


def test_the_page_of_commands_says_what_the_histories_say() -> None:
    recorded = {name: histories.commands(histories.read(path)) for name, path in histories.current().items()}
    assert recorded == WRITTEN_DOWN, "Run make histories: tests/replay/commands.txt was not written with its histories."


def test_every_activity_that_any_request_calls_is_called_in_a_story_that_is_played() -> None:
    requests = [story for story, done in WRITTEN_DOWN.items() if "check_eligibility" in " ".join(done)]
    assert activities_in(requests) == activities_in(PLAYED)


def activities_in(stories: Iterable[str]) -> set[str]:
    """The names of the activities that stories call."""
    found = re.compile("(?:activity task scheduled|local activity) ([a-z_]+)")
    return {name for story in stories for line in WRITTEN_DOWN[story] for name in found.findall(line)}


def test_an_activity_that_only_new_requests_call_trips_and_the_message_is_the_procedure() -> None:
    history = histories.current()["happy"].read_text()
    renamed = histories.from_text(history.replace("upload_documents", "upload_papers"))
    message = trip("happy", WRITTEN_DOWN["happy"], histories.commands(renamed))
    assert "-activity task scheduled upload_documents (Telnyx)" in message
    assert "+activity task scheduled upload_papers (Telnyx)" in message
    assert "workflow.patched" in message
    assert "make histories" in message


def test_what_goes_as_written_down_trips_nothing() -> None:
    assert not trip("happy", ["timer started"], ["timer started"])
