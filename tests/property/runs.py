"""Plays stories one after the other, and tells of one in which something did not hold."""

import asyncio
from collections.abc import Callable

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from tests.property.invariants import complaints, hold_now
from tests.property.playing import Play
from tests.property.stories import Do, Story
from tests.property.theatre import Theatre, opened


class BrokenStory(AssertionError):  # noqa: N818 - named for what happened
    """Something did not hold; the text has the story, what was wrong and the line that plays it again."""

    def __init__(self, story: Story, wrong: list[str]) -> None:
        again = f"make soak STORY='{story.model_dump_json(exclude_defaults=True)}'"
        super().__init__("\n".join(["It did not hold in this story:", str(story), *wrong, f"Play it again: {again}"]))
        self.story, self.wrong = story, wrong


class ServerLostItsWay(Exception):  # noqa: N818 - named for what happened
    """The story cannot be played on this server, which says nothing about the rules."""


async def _play(theatre: Theatre, story: Story) -> list[str]:
    async with theatre.scene() as scene:
        course = Play(scene, story)
        playing = asyncio.ensure_future(_to_the_end(course))
        losing = asyncio.ensure_future(theatre.lost.wait())
        await asyncio.wait({playing, losing}, return_when=asyncio.FIRST_COMPLETED)
        for task in (playing, losing):
            task.cancel()
        if theatre.lost.is_set():
            raise ServerLostItsWay
        return playing.result()


async def _to_the_end(course: Play) -> list[str]:
    try:
        await course.to_the_end(hold_now)
        return await complaints(course)
    except (RPCError, TimeoutError, AssertionError, WorkflowFailureError) as error:
        broken = [one for request in course.requests for one in request.complaints]
        return [
            *course.scene.witness.complaints,
            *broken,
            f"could not be played to its end: {error!r} {error.__cause__!r}",
        ]


class Company:
    """Plays stories from code that is not asynchronous, such as hypothesis calls."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._opened = opened()
        self._theatre: Theatre | None = None
        self.once_only: list[BrokenStory] = []
        """Stories that did not hold once, but did when they were played again."""
        self.not_played: list[Story] = []
        """Stories in which the server lost its way twice."""

    def play(self, story: Story) -> None:
        """Play a story to its end; one that does not hold is played once more, in a theatre of its own.

        Where the server loses its way the story is played without haste, which is what it cannot follow; when it
        loses it again the story is counted as one that could not be played.

        Raises:
            BrokenStory: something did not hold, twice.
        """
        try:
            first = self.once(story)
        except ServerLostItsWay:
            story, first = _without_haste(story), ["The server lost its way."]
        if not first:
            return
        try:
            second = self.once(story)
        except ServerLostItsWay:
            self.not_played.append(story)
            return
        if second:
            raise BrokenStory(story, second)
        if first[0] != "The server lost its way.":
            self.once_only.append(BrokenStory(story, first))

    def once(self, story: Story) -> list[str]:
        """Play a story a single time; answers what did not hold. The next one gets a new theatre after that.

        Raises:
            ServerLostItsWay: the story came to no end.
        """
        if self._theatre is None:
            self._opened = opened()
            self._theatre = self._runner.run(self._opened.__aenter__())
        wrong = ["unknown"]
        try:
            wrong = self._runner.run(_play(self._theatre, story))
        finally:
            if wrong:
                self.leave()
        return wrong

    def leave(self) -> None:
        """Close the theatre; the next story opens another."""
        if self._theatre is not None:
            self._runner.run(self._opened.__aexit__(None, None, None))
        self._theatre = None

    def close(self) -> None:
        """Leave for good."""
        self.leave()
        self._runner.close()


def _without_haste(story: Story) -> Story:
    return story.model_copy(update={"actions": tuple(one for one in story.actions if one.do is not Do.HURRY)})


def reduced(story: Story, breaks: Callable[[Story], bool]) -> Story:
    """The shortest story found that still breaks, by leaving out one thing after the other."""
    place = len(story.actions)
    while place:
        place -= 1
        shorter = story.model_copy(update={"actions": story.actions[:place] + story.actions[place + 1 :]})
        story = shorter if breaks(shorter) else story
    calmer = story.model_copy(update={"before": None})
    story = calmer if story.before and breaks(calmer) else story
    for request in story.requests[1:]:
        fewer = story.model_copy(update={"requests": tuple(one for one in story.requests if one is not request)})
        story = fewer if breaks(fewer) else story
    return story
