"""docs/benchmarks.md says what the results say, and only a whole run writes it."""

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


def test_every_design_has_its_rows() -> None:
    text = page(figures.whole())
    rows = re.findall(r"^\| (ours|naive|peer|dbos)[ ,|]", text, flags=re.MULTILINE)
    assert rows == ["ours", "ours", "ours", "naive", "peer", "dbos", "ours"], "and one row of counts"
    assert "| ours | 10.0 | 20.0 | 30.0 | 10.0 | 60.0 | 50.0 | 7.0 | 50 | 8.0 (7.0) |" in text
    assert "| dbos | 80.0 | – | 20.0 |" in text
    assert "| ours | 30 | 8 | 48 | 16 | 16 |" in text
    assert "| 5,000 | 1,000 | 1,000 | 70.0 | 1,000 | 0.05 | 50.0 | 30.0 |" in text


def test_missed_goals_and_those_that_were_not_measured_are_counted() -> None:
    results = figures.whole()
    assert results.bulk is not None
    assert results.bulk.imported is not None
    assert not re.search("not met|[Nn]ot measured", page(results))
    results.bulk.imported.lost = 7
    results.rounds.pop("dbos")
    text = page(results)
    assert "1 of 16 are not met. Not measured: 1." in text
    assert "| 142 of 1,000 | ≤ 0 | 7 | not met |" in text


def test_without_results_there_are_no_figures() -> None:
    assert "Not measured: 16." in page(Results())


def test_the_page_shows_memory_rounds_and_settings_only_if_there_are_any() -> None:
    results = figures.whole()
    shown = ["ours 66 KiB, naive 100 KiB", "0.50, 1.00", "HOSTED_SMS_WORKFLOW_SANDBOX"]
    assert not [one for one in shown if one in page(results)]
    results.rounds["ours"] = [figures.design(worker=2.0), figures.design(worker=4.0)]
    results.rounds["naive"] = [figures.design(worker=4.0), figures.design(worker=4.0)]
    results.rounds["naive"][0].bytes_per_waiting = 100 * 1024.0
    results.surroundings["bench"].settings = ["HOSTED_SMS_WORKFLOW_SANDBOX"]
    assert not [one for one in shown if one not in page(results)]


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ([], True),
        (["--requests", "200"], True),
        (["--requests", "20"], False),
        (["--rounds", "1"], False),
        (["--only", "ours,naive"], False),
        (["--only", "scale"], True),
        (["--only", "bulk"], True),
        (["--only", "bulk", "--existing", "0,5000"], False),
        (["--only", "bulk", "--import", "100"], False),
        (["--only", "scale", "--scale", "100"], False),
    ],
)
def test_only_a_whole_run_writes_the_page(given: list[str], *, whole: bool) -> None:
    options = arguments().parse_args(given)
    assert is_whole(options, options.only.split(",")) is whole
