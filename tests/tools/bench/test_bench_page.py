import re

import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.__main__ import PAGE, RESULTS, arguments, is_whole
from tools.bench.page import page
from tools.bench.results import Results


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.exists() == RESULTS.exists()
    if RESULTS.exists():
        assert PAGE.read_text() == page(Results.model_validate_json(RESULTS.read_text())), "run make bench"


def test_results_survive_their_file() -> None:
    whole = figures.whole()
    assert Results.model_validate_json(whole.model_dump_json()) == whole


def test_every_design_has_its_row() -> None:
    text = page(figures.whole())
    rows = re.findall(r"^\| (ours|naive|dbos)[ ,|]", text, flags=re.MULTILINE)
    assert rows == ["ours", "ours", "ours", "naive", "dbos"]
    assert "| ours | 10.0 | 20.0 | 30.0 | 10.0 | 60.0 | 50.0 | 7.0 | 50 | 8.0 (7.0) |" in text


def test_what_a_waiting_request_costs_is_said_of_each_design_beside_ours() -> None:
    results = figures.whole()
    assert "Memory of a request that waits" not in page(results)
    results.rounds["naive"][0].bytes_per_waiting = 100 * 1024.0
    assert "Memory of a request that waits for its codes, where all are kept at hand: ours 66 KiB, naive 100 KiB." in (
        page(results)
    )


def test_a_process_that_a_design_has_not_shows_as_none() -> None:
    assert "| dbos | 80.0 | – | 20.0 |" in page(figures.whole())


def test_the_page_says_that_all_goals_are_met_only_when_they_are() -> None:
    assert "Every goal that was measured is met." in page(figures.whole())
    results = figures.whole()
    assert results.parked is not None
    results.parked.bytes_per_cached = 100 * 1024.0
    text = page(results)
    assert "Every goal" not in text
    assert "Not met: 4 (worker memory per cached request)." in text
    assert "| ≤ 80 KiB | 100.0 KiB | not met |" in text


def test_what_was_not_measured_is_said_to_be_so() -> None:
    results = figures.whole()
    results.scale = None
    assert "Not measured: 6, scale." in page(results)


def test_nothing_measured_makes_a_page_without_figures() -> None:
    text = page(Results())
    assert "## The designs side by side" not in text
    assert "## Besides" not in text
    assert "Not measured: 1, 1 stretch, 2, 3, 4, 5, 6, scale." in text


def test_rounds_that_lie_apart_are_shown_one_by_one() -> None:
    results = figures.whole()
    assert "Round by round" not in page(results)
    results.rounds["ours"] = [figures.design(worker=2.0), figures.design(worker=4.0)]
    results.rounds["naive"] = [figures.design(worker=4.0), figures.design(worker=4.0)]
    assert "ours of naive's (worker): 0.50, 1.00." in page(results)


def test_settings_that_were_given_are_named() -> None:
    results = figures.whole()
    assert "Settings given" not in page(results)
    results.surroundings["bench"].settings = ["HOSTED_SMS_WORKFLOW_SANDBOX"]
    assert "Settings given for the run: HOSTED_SMS_WORKFLOW_SANDBOX." in page(results)


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ([], True),
        (["--requests", "200"], True),
        (["--requests", "20"], False),
        (["--rounds", "1"], False),
        (["--only", "ours,naive"], False),
        (["--only", "scale"], True),
        (["--only", "scale", "--scale", "100"], False),
    ],
)
def test_only_a_whole_run_writes_the_page(given: list[str], *, whole: bool) -> None:
    options = arguments().parse_args(given)
    assert is_whole(options, options.only.split(",")) is whole
