"""What the runner makes of stories: a rule broken once is broken, and a story of unknown end is counted."""

import pytest

from tests.property.clock import ServerStuck
from tests.property.rules import Rule, Violation
from tests.property.runner import BrokenStory, StoryRunner, Tally
from tests.property.soak import failures
from tests.property.stories import Action, Do, RequestPlan, Story

PLAN = RequestPlan(phone_numbers=("+13125550101",))
STORY = Story(requests=(PLAN,), actions=(Action(do=Do.HURRY), Action(do=Do.LOOK)))
WITHOUT_HURRY = STORY.model_copy(update={"actions": STORY.actions[1:]})
A_RULE, NO_END = Violation(Rule.ONE_LIVE_ORDER, "two"), Violation(Rule.NO_END, "TimeoutError()")
STUCK = None
Try = list[Violation] | None


class PlannedRunner(StoryRunner):
    """Runs nothing: each try ends as planned. None is a server that is stuck."""

    def __init__(self, *tries: Try) -> None:
        super().__init__()
        self._tries = list(tries)
        self.stories: list[Story] = []

    def run_once(self, story: Story) -> list[Violation]:
        self.stories.append(story)
        found = self._tries.pop(0)
        if found is None:
            raise ServerStuck
        return found


@pytest.mark.parametrize(
    ("tries", "again", "rule"),
    [
        (([A_RULE], []), False, Rule.ONE_LIVE_ORDER),
        (([A_RULE], [A_RULE]), True, Rule.ONE_LIVE_ORDER),
        (([A_RULE], STUCK), False, Rule.ONE_LIVE_ORDER),
        (([A_RULE, NO_END], []), False, Rule.ONE_LIVE_ORDER),
        (([NO_END], [A_RULE]), True, Rule.ONE_LIVE_ORDER),
        (([NO_END], [NO_END]), True, Rule.NO_END),
    ],
    ids=["once", "twice", "and then stuck", "without an end", "at the second try", "no end twice"],
)
def test_a_story_is_broken_by_a_rule_once_or_without_an_end_twice(
    tries: tuple[Try, ...], rule: Rule, *, again: bool
) -> None:
    runner = PlannedRunner(*tries)
    with pytest.raises(BrokenStory) as caught:
        runner.run(STORY)
    assert (caught.value.found[0].rule, caught.value.again) == (rule, again)
    assert runner.tally == Tally(run=1, broken=1)
    assert not runner.tally.holds


@pytest.mark.parametrize(
    ("tries", "tally", "holds"),
    [
        (([],), Tally(run=1), True),
        (([NO_END], []), Tally(run=1, second_tries=1), True),
        ((STUCK, []), Tally(run=1), True),
        ((STUCK, STUCK), Tally(run=1, unknown=1), False),
        (([NO_END], STUCK), Tally(run=1, unknown=1), False),
    ],
)
def test_what_breaks_no_rule_is_counted(tries: tuple[Try, ...], tally: Tally, *, holds: bool) -> None:
    runner = PlannedRunner(*tries)
    runner.run(STORY)
    assert (runner.tally, runner.tally.holds) == (tally, holds)
    assert [one.found for one in runner.second_tries] == [[NO_END]] * tally.second_tries


def test_after_a_stuck_server_the_story_runs_without_hurry() -> None:
    runner = PlannedRunner(STUCK, [A_RULE], [])
    with pytest.raises(BrokenStory) as caught:
        runner.run(STORY)
    assert runner.stories == [STORY, WITHOUT_HURRY, WITHOUT_HURRY]
    assert caught.value.story == WITHOUT_HURRY


@pytest.mark.parametrize(
    ("tally", "whole", "reasons"),
    [
        (Tally(run=2000, unknown=20, second_tries=3), True, 0),
        (Tally(run=2000, unknown=21), True, 1),
        (Tally(run=1000) + Tally(run=1000, broken=1), True, 1),
        (Tally(run=1000), False, 1),
        (Tally(run=1000, broken=1), False, 2),
        (Tally(), True, 1),
    ],
)
def test_a_soak_holds_only_when_every_story_did(tally: Tally, reasons: int, *, whole: bool) -> None:
    assert len(failures(tally, whole=whole)) == reasons


def test_a_tally_prints_its_figures() -> None:
    tally = str(Tally(run=50, broken=1) + Tally(run=50, unknown=2, second_tries=3))
    assert [word for word in tally.split() if word.isdigit()] == ["100", "1", "2", "3"]
