"""Runs stories one after the other, and reports each in which a rule did not hold."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from tests.property.clock import ServerStuck
from tests.property.environment import Environment, open_environment
from tests.property.invariants import check_now, violations
from tests.property.rules import Rule, Violation
from tests.property.stories import Do, Story
from tests.property.story_run import StoryRun

UNKNOWN_AT_MOST = 0.01
"""The share of stories whose end may stay unknown."""


class BrokenStory(AssertionError):  # noqa: N818 - named for what happened
    """A rule did not hold. The text has the story, the violations and the command that runs it again."""

    def __init__(self, story: Story, found: Sequence[Violation], *, again: bool = True) -> None:
        line = f"Run it again: make soak STORY='{story.model_dump_json(exclude_defaults=True)}'"
        once = [] if again else ["It held when it was run once more, but a rule that breaks once is broken."]
        super().__init__("\n".join(["Rules broke in this story:", str(story), *map(str, found), *once, line]))
        self.story, self.found, self.again = story, list(found), again


async def _run(environment: Environment, story: Story) -> list[Violation]:
    async with environment.for_story() as env:
        run = StoryRun(env, story)
        running = asyncio.ensure_future(_to_the_end(run))
        stuck = asyncio.ensure_future(environment.is_stuck.wait())
        await asyncio.wait({running, stuck}, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, stuck):
            task.cancel()
        if environment.is_stuck.is_set():
            raise ServerStuck
        return running.result()


async def _to_the_end(run: StoryRun) -> list[Violation]:
    try:
        await run.run(check_now)
        return await violations(run)
    except (RPCError, TimeoutError, AssertionError, WorkflowFailureError) as error:
        of_requests = [one for request in run.requests for one in request.violations]
        no_end = Violation(Rule.NO_END, f"{error!r} {error.__cause__!r}")
        return [*run.env.monitor.violations, *of_requests, no_end]


@dataclass
class Tally:
    """How many stories ended in which way.

    Attributes:
        broken: a rule did not hold, or they have no end.
        second_tries: they had no end at first, as happens on a busy machine, and held when they ran again.
        unknown: the server was stuck, so nothing is known of them.
    """

    run: int = 0
    broken: int = 0
    second_tries: int = 0
    unknown: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name: count + getattr(other, name) for name, count in asdict(self).items()})

    def __str__(self) -> str:
        return (
            f"{self.run} stories run: {self.broken} broken, {self.unknown} of unknown end,"
            f" {self.second_tries} only at the second try"
        )

    @property
    def holds(self) -> bool:
        """Whether it can be said that every rule held."""
        return self.run > 0 and not self.broken and self.unknown <= self.run * UNKNOWN_AT_MOST


class StoryRunner:
    """Runs stories from code that is not asynchronous, such as what hypothesis calls.

    Attributes:
        second_tries: stories that came to their end only when they ran again.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._opening = open_environment()
        self._environment: Environment | None = None
        self.tally = Tally()
        self.second_tries: list[BrokenStory] = []

    def run(self, story: Story) -> None:
        """Run a story to its end. A rule that breaks once is broken, whether it breaks again or not.

        A story without an end runs again in a new environment, since the machine may be busy. A story in which the
        server was stuck runs again without hurry, which that server cannot follow.

        Raises:
            BrokenStory: a rule broke, or the story had no end twice.
        """
        self.tally.run += 1
        found = self._try(story)
        if found is None:
            story = _without_hurry(story)
            found = self._try(story)
        if found is None:
            self.tally.unknown += 1
        elif found:
            self._try_again(story, found)

    def _try_again(self, story: Story, first: list[Violation]) -> None:
        second = self._try(story)
        if found := _of_rules(first) or second:
            self.tally.broken += 1
            raise BrokenStory(story, found, again=bool(second))
        if second is None:
            self.tally.unknown += 1
        else:
            self.tally.second_tries += 1
            self.second_tries.append(BrokenStory(story, first, again=False))

    def _try(self, story: Story) -> list[Violation] | None:
        """The violations. None when the server was stuck."""
        try:
            return self.run_once(story)
        except ServerStuck:
            return None

    def run_once(self, story: Story) -> list[Violation]:
        """Run a story a single time. After violations the next story gets a new environment.

        Raises:
            ServerStuck: the story has no end.
        """
        if self._environment is None:
            self._opening = open_environment()
            self._environment = self._runner.run(self._opening.__aenter__())
        held = False
        try:
            found = self._runner.run(_run(self._environment, story))
            held = not found
        finally:
            if not held:
                self.close_environment()
        return found

    def close_environment(self) -> None:
        """Close the environment. The next story opens another."""
        if self._environment is not None:
            self._runner.run(self._opening.__aexit__(None, None, None))
        self._environment = None

    def close(self) -> None:
        """Close everything."""
        self.close_environment()
        self._runner.close()


def _of_rules(found: list[Violation]) -> list[Violation]:
    """All violations if one is of a rule. That a story has no end alone breaks none."""
    return found if any(one.rule is not Rule.NO_END for one in found) else []


def _without_hurry(story: Story) -> Story:
    return story.model_copy(update={"actions": tuple(one for one in story.actions if one.do is not Do.HURRY)})


def shorten(story: Story, breaks: Callable[[Story], bool]) -> Story:
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
