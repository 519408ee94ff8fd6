"""The fixtures of this folder stand in `fixtures.py`, which the tests of the command use too."""

from tests.services.fixtures import *  # noqa: F403
