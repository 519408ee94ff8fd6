"""Plays stories one after the other, and tells of one in which something did not hold."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from tests.property.clock import ServerLostItsWay
from tests.property.environment import Theatre, opened
from tests.property.invariants import complaints, hold_now
from tests.property.playing import Play
from tests.property.stories import Do, Story

UNPLAYABLE_AT_MOST = 0.01
"""The share of stories of which nothing need be known."""
NO_END = "could not be played to its end"


class BrokenStory(AssertionError):  # noqa: N818 - named for what happened
    """Something did not hold; the text has the story, what was wrong and the line that plays it again."""

    def __init__(self, story: Story, wrong: list[str], *, again: bool = True) -> None:
        line = f"Play it again: make soak STORY='{story.model_dump_json(exclude_defaults=True)}'"
        once = [] if again else ["Not again when it was played once more; a rule that breaks once is broken."]
        super().__init__("\n".join(["It did not hold in this story:", str(story), *wrong, *once, line]))
        self.story, self.wrong, self.again = story, wrong, again


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
            f"{NO_END}: {error!r} {error.__cause__!r}",
        ]


@dataclass
class Tally:
    """What became of stories."""

    played: int = 0
    broken: int = 0
    """A rule did not hold in them, or they have no end."""
    second_tries: int = 0
    """They came to no end at first, as happens on a busy machine, and held when they were played again."""
    unplayable: int = 0
    """The server lost its way in them, so that nothing is known of them."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name: count + getattr(other, name) for name, count in asdict(self).items()})

    def __str__(self) -> str:
        tries = f"{self.second_tries} only at the second try"
        return f"{self.played} stories played: {self.broken} broken, {self.unplayable} not playable, {tries}"

    @property
    def holds(self) -> bool:
        """Whether it can be said that every rule held."""
        return self.played > 0 and not self.broken and self.unplayable <= self.played * UNPLAYABLE_AT_MOST


class Company:
    """Plays stories from code that is not asynchronous, such as hypothesis calls."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._opened = opened()
        self._theatre: Theatre | None = None
        self.tally = Tally()
        self.second_tries: list[BrokenStory] = []
        """Stories that came to their end only when they were played again."""

    def play(self, story: Story) -> None:
        """Play a story to its end. A rule that breaks once is broken, whether it breaks again or not.

        Only a story that came to no end is tried again, in a theatre of its own, since the machine may be busy; and one
        in which the server loses its way, without the haste that it cannot follow.

        Raises:
            BrokenStory: a rule broke, or the story twice came to no end.
        """
        self.tally.played += 1
        wrong = self._tried(story)
        if wrong is None:
            story = _without_haste(story)
            wrong = self._tried(story)
        if wrong is None:
            self.tally.unplayable += 1
        elif wrong:
            self._try_again(story, wrong)

    def _try_again(self, story: Story, first: list[str]) -> None:
        second = self._tried(story)
        if wrong := _rules(first) or second:
            self.tally.broken += 1
            raise BrokenStory(story, wrong, again=bool(second))
        if second is None:
            self.tally.unplayable += 1
        else:
            self.tally.second_tries += 1
            self.second_tries.append(BrokenStory(story, first, again=False))

    def _tried(self, story: Story) -> list[str] | None:
        """What did not hold; None when the server lost its way."""
        try:
            return self.once(story)
        except ServerLostItsWay:
            return None

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


def _rules(wrong: list[str]) -> list[str]:
    """What broke a rule, if anything did; that a story came to no end is no rule's matter."""
    return wrong if any(not one.startswith(NO_END) for one in wrong) else []


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
