"""What a company of players makes of stories: broken once is broken, and what could not be played is counted."""

import pytest

from tests.property.clock import ServerLostItsWay
from tests.property.runs import NO_END, BrokenStory, Company, Tally
from tests.property.soak import HELD, verdict
from tests.property.stories import Action, Do, Plan, Story

STORY = Story(requests=(Plan(phone_numbers=("+13125550101",)),), actions=(Action(do=Do.HURRY), Action(do=Do.LOOK)))
WITHOUT_HASTE = STORY.model_copy(update={"actions": STORY.actions[1:]})
A_RULE, TIMED_OUT = "a second live order", f"{NO_END}: TimeoutError()"


class Rehearsed(Company):
    """Plays nothing: each try ends as it was told; None is a server that loses its way."""

    def __init__(self, *tries: list[str] | None) -> None:
        super().__init__()
        self._tries = list(tries)
        self.stories: list[Story] = []

    def once(self, story: Story) -> list[str]:
        self.stories.append(story)
        ended = self._tries.pop(0)
        if ended is None:
            raise ServerLostItsWay
        return ended


def test_a_story_that_holds_is_played_once() -> None:
    company = Rehearsed([])
    company.play(STORY)
    assert company.tally == Tally(played=1)
    assert company.tally.holds


@pytest.mark.parametrize(
    ("second", "said"),
    [([], True), ([A_RULE], False), (None, True)],
    ids=["held", "broke again", "lost its way"],
)
def test_a_rule_that_broke_once_is_broken(second: list[str] | None, said: bool) -> None:  # noqa: FBT001 - a row of a table
    company = Rehearsed([A_RULE], second)
    with pytest.raises(BrokenStory, match=A_RULE) as caught:
        company.play(STORY)
    assert ("Not again" in str(caught.value)) is said
    assert caught.value.again is not said
    assert company.tally == Tally(played=1, broken=1)
    assert not company.tally.holds


def test_a_rule_that_broke_in_a_story_without_an_end_is_broken() -> None:
    company = Rehearsed([A_RULE, TIMED_OUT], [])
    with pytest.raises(BrokenStory, match=A_RULE):
        company.play(STORY)


def test_a_rule_that_broke_at_the_second_try_is_broken() -> None:
    company = Rehearsed([TIMED_OUT], [A_RULE])
    with pytest.raises(BrokenStory, match=A_RULE):
        company.play(STORY)


def test_a_story_that_comes_to_no_end_twice_is_broken() -> None:
    company = Rehearsed([TIMED_OUT], [TIMED_OUT])
    with pytest.raises(BrokenStory, match=NO_END):
        company.play(STORY)
    assert company.tally == Tally(played=1, broken=1)


def test_a_story_that_comes_to_its_end_at_the_second_try_is_kept_and_counted() -> None:
    company = Rehearsed([TIMED_OUT], [])
    company.play(STORY)
    assert company.tally == Tally(played=1, second_tries=1)
    assert [one.wrong for one in company.second_tries] == [[TIMED_OUT]]


def test_where_the_server_loses_its_way_the_story_is_played_without_haste() -> None:
    company = Rehearsed(None, [])
    company.play(STORY)
    assert company.stories == [STORY, WITHOUT_HASTE]
    assert company.tally == Tally(played=1)


def test_a_rule_that_broke_without_haste_is_broken() -> None:
    company = Rehearsed(None, [A_RULE], [])
    with pytest.raises(BrokenStory, match=A_RULE) as caught:
        company.play(STORY)
    assert caught.value.story == WITHOUT_HASTE


@pytest.mark.parametrize("tries", [(None, None), ([TIMED_OUT], None)])
def test_a_story_of_which_nothing_is_known_is_counted(tries: tuple[list[str] | None, ...]) -> None:
    company = Rehearsed(*tries)
    company.play(STORY)
    assert company.tally == Tally(played=1, unplayable=1)
    assert not company.tally.holds


@pytest.mark.parametrize(
    ("tally", "whole", "said"),
    [
        (Tally(played=2000, unplayable=20, second_tries=3), True, HELD),
        (Tally(played=2000, unplayable=21), True, "nothing is known of too many stories"),
        (Tally(played=1000) + Tally(played=1000, broken=1), True, "broken stories are above"),
        (Tally(played=1000), False, "a process died, so that nothing is known of its stories"),
        (Tally(), True, "nothing is known of too many stories"),
    ],
)
def test_a_soak_says_that_all_held_only_when_it_did(tally: Tally, whole: bool, said: str) -> None:  # noqa: FBT001 - as above
    assert verdict(tally, whole=whole) == said


def test_a_tally_says_what_was_played() -> None:
    tally = Tally(played=50, broken=1) + Tally(played=50, unplayable=2, second_tries=3)
    assert str(tally) == "100 stories played: 1 broken, 2 not playable, 3 only at the second try"
