"""What a review of three days costs, by the pace of the looks."""

import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.results import Counts
from tools.bench.review import THREE_DAYS, Pace, actions_of_review, paces


@pytest.mark.parametrize(
    ("longest", "seconds", "looks"),
    [
        (3600.0, 0.0, 1),
        (3600.0, 30.0, 2),
        (3600.0, 89.0, 2),
        (3600.0, 90.0, 3),
        (60.0, 210.0, 5),
    ],
)
def test_the_pause_grows_up_to_the_longest(longest: float, seconds: float, looks: int) -> None:
    assert Pace(30.0, longest).looks(seconds) == looks


def test_looks_are_added_to_the_actions_of_a_request_without_problems() -> None:
    design = figures.design()
    assert actions_of_review("ours", design) is None
    noted = {"activity_retry": 1, "grpc_RecordActivityTaskHeartbeat": 1}
    design.counts, design.look = Counts(actions={"a": 16}), Counts(actions=noted)
    assert actions_of_review("ours", design) == 16 + paces()["ours"].looks(THREE_DAYS), "only the first leaves a note"
    assert actions_of_review("ours", design, seconds=300.0) == 16 + 2
    assert actions_of_review("ours", design, seconds=299.0) == 16
    assert actions_of_review("naive", design) == 16, "it never looks"
