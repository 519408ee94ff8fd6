import pytest

from tests.property.hand_made_story import HandMadeStory


@pytest.fixture
def story() -> HandMadeStory:
    return HandMadeStory()
