"""A few random stories in every run of the suite, the same ones each time; `make soak` plays thousands of others."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.property.runs import BrokenStory, Company
from tests.property.stories import STORIES, Action, Do, Plan, Story

A_FEW = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    company = Company()
    yield company
    company.close()


@pytest.mark.timeout(400)  # a story whose server loses its way or dies is played again, and a machine may be slow
def test_every_rule_holds_in_random_stories(company: Company) -> None:
    @A_FEW
    @given(story=STORIES)
    def play(story: Story) -> None:
        company.play(story)

    play()
    assert company.tally.unplayable * 10 <= company.tally.played, f"nothing is known of too many: {company.tally}"


def test_a_broken_rule_is_noticed_and_told_with_its_story(company: Company) -> None:
    plan = Plan(phone_numbers=("+13125550101",))
    story = Story(requests=(plan,), actions=(Action(do=Do.LOOK), Action(do=Do.RIVAL)))
    with pytest.raises(BrokenStory, match="a second live order") as caught:
        company.play(story)
    assert story.model_dump_json(exclude_defaults=True) in str(caught.value)
