"""The bounds within which everything is explored.

Each scenario is small enough to be explored whole. Together they let everything happen that the product guards against.
`SUITE` runs with every test. `LARGE` is for `make explore`.
"""

from tests.explorer.mishaps import MISHAPS
from tests.explorer.ports import Numbers
from tests.explorer.world import Left, Scenario

A, B, C, AB, BC, CA = ("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("c", "a")


def small(*requests: Numbers, mishap: str = "", mishaps: int = 1, ticks: int = 0, changes: int = 0) -> Scenario:
    """A scenario with one kind of mishap and a list of one page."""
    left = Left(mishaps, ticks, changes)
    return Scenario("small", requests, left, frozenset({mishap}))


THREE = Scenario("three requests share numbers", (AB, BC, CA), Left(1, 1, 0), MISHAPS)
TAKEOVER = Scenario(
    "one request takes over from another, in finer time",
    (A, A),
    Left(mishaps=1, ticks=4, changes=0),
    frozenset({"terminate", "reset"}),
    quarantine=2,
)
CLAIMS = Scenario(
    "claims take time",
    (A, A),
    Left(mishaps=1, ticks=2, changes=0),
    frozenset({"lose claim", "die", "terminate"}),
    slow_claims=True,
)
LIST = Scenario(
    "the list has several pages and grows while it is read",
    (A, A, B),
    Left(mishaps=1, ticks=1, changes=0),
    frozenset({"lose answer"}),
    entries=5,
    places=("front",),
)
SUITE = {THREE: 64_000, TAKEOVER: 34_000, CLAIMS: 35_000, LIST: 11_000}
"""Each scenario, and the fewest states that it must have. With fewer something is not explored any more."""

RESIDUE = small(A, mishap="lose answer", ticks=1, changes=2)._replace(entries=5, changes=frozenset({"insert", "move"}))
"""One entry changes its place and another appears, both while the list is read."""

LARGE = (
    Scenario("three requests want one number", (A, A, A), Left(2, 1, 0), MISHAPS),
    Scenario("two mishaps of any kind", (A, A), Left(2, 2, 0), MISHAPS),
    TAKEOVER._replace(name="two ends of runs, in finer time", left=Left(2, 4, 0)),
    CLAIMS._replace(name="claims take time, twice", left=Left(2, 2, 0), mishaps=MISHAPS - {"give up", "conflict"}),
    LIST._replace(name="the list grows and shrinks at both ends", left=Left(1, 1, 1), places=("front", "end")),
)
