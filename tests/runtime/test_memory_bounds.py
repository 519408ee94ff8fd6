"""Small things from strangers do not become large ones: the peak of the memory of a real process stays low."""

import pytest

from tests.memory_peak import growth
from tests.runtime.memory_attacks import ATTACKS


@pytest.mark.server
@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_memory_stays_in_bounds(attack: str) -> None:
    assert await growth("tests.runtime.memory_attacks", attack) < ATTACKS[attack][1]
