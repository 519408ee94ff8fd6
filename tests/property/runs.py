"""Plays stories one after the other, and tells of one in which something did not hold."""

import asyncio
from collections.abc import Callable

from temporalio.service import RPCError

from tests.property.invariants import complaints, hold_now
from tests.property.playing import Play
from tests.property.stories import Story
from tests.property.theatre import Theatre, opened


class BrokenStory(AssertionError):  # noqa: N818 - named for what happened
    """Something did not hold; the text has the story, what was wrong and the line that plays it again."""

    def __init__(self, story: Story, wrong: list[str]) -> None:
        again = f"make soak STORY='{story.model_dump_json(exclude_defaults=True)}'"
        super().__init__("\n".join(["It did not hold in this story:", str(story), *wrong, f"Play it again: {again}"]))
        self.story, self.wrong = story, wrong


async def _play(theatre: Theatre, story: Story) -> list[str]:
    async with theatre.scene() as scene:
        course = Play(scene, story)
        try:
            await course.to_the_end(hold_now)
            return await complaints(course)
        except (RPCError, TimeoutError, AssertionError) as error:
            broken = [*scene.witness.complaints, *(one for request in course.requests for one in request.complaints)]
            return [*broken, f"could not be played to its end: {error!r}"]


class Company:
    """Plays stories from code that is not asynchronous, such as hypothesis calls."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._opened = opened()
        self._theatre: Theatre | None = None
        self.once_only: list[BrokenStory] = []
        """Stories that did not hold once, but did when they were played again."""

    def play(self, story: Story) -> None:
        """Play a story to its end; one that does not hold is played again in a theatre of its own.

        The server with the clock that skips loses its way when an activity ends in the moment in which it is
        cancelled, and its clock stands still from then on. That is not ours to mend; a broken rule comes again.

        Raises:
            BrokenStory: something did not hold, twice.
        """
        if not (wrong := self.once(story)):
            return
        first = BrokenStory(story, wrong)
        if wrong := self.once(story):
            raise BrokenStory(story, wrong)
        self.once_only.append(first)

    def once(self, story: Story) -> list[str]:
        """Play a story a single time; answers what did not hold. The next one gets a new theatre after that."""
        if self._theatre is None:
            self._opened = opened()
            self._theatre = self._runner.run(self._opened.__aenter__())
        wrong = self._runner.run(_play(self._theatre, story))
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


def reduced(story: Story, breaks: Callable[[Story], bool]) -> Story:
    """The shortest story found that still breaks, by leaving out one thing after the other."""
    place = len(story.actions)
    while place:
        place -= 1
        shorter = story.model_copy(update={"actions": story.actions[:place] + story.actions[place + 1 :]})
        story = shorter if breaks(shorter) else story
    for request in story.requests[1:]:
        fewer = story.model_copy(update={"requests": tuple(one for one in story.requests if one is not request)})
        story = fewer if breaks(fewer) else story
    return story
