"""A few random stories in every run of the suite, the same ones each time. `make soak` runs thousands of others."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests import limits
from tests.property.rules import Rule
from tests.property.runner import BrokenStory, StoryRunner
from tests.property.stories import Action, Do, RequestPlan, Story
from tests.property.strategies import STORIES

pytestmark = pytest.mark.server

A_FEW = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def runner() -> Iterator[StoryRunner]:
    runner = StoryRunner()
    yield runner
    runner.close()


@pytest.mark.timeout(limits.LONG_TEST)
def test_every_rule_holds_in_random_stories(runner: StoryRunner) -> None:
    @A_FEW
    @given(story=STORIES)
    def run(story: Story) -> None:
        runner.run(story)

    run()
    assert runner.tally.unknown * 10 <= runner.tally.run, runner.tally


def test_a_broken_rule_is_reported_with_its_story(runner: StoryRunner) -> None:
    plan = RequestPlan(phone_numbers=("+13125550101",))
    story = Story(requests=(plan,), actions=(Action(do=Do.LOOK), Action(do=Do.RIVAL)))
    with pytest.raises(BrokenStory) as caught:
        runner.run(story)
    assert Rule.ONE_LIVE_ORDER in [one.rule for one in caught.value.found]
    assert story.model_dump_json(exclude_defaults=True) in str(caught.value)
