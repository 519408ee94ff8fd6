"""The place of an import in a plan: whatever becomes of each try, every row ends once and none is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.imports import BATCH, PAGE, FailedRow, ImportLane, StartedRows
from domain.messages import Document
from workflows.imports.lane import Batch, Lane

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@settings(max_examples=15)
@given(requests=st.integers(1, PAGE + 30), data=st.data())
def test_every_row_ends_once_and_no_row_is_lost(requests: int, data: st.DataObject) -> None:
    page = Document(sha256="0" * 64, size=1, name="plan.jsonl")
    given, lane, now, ended = ImportLane(account="a", requests=requests, pages=[page] * 3), Lane(), NOW, list[int]()
    outcome = st.sampled_from(["started"] * 4 + ["already", "failed"] + ["unanswered"] * data.draw(st.integers(0, 4)))
    while lane.is_open(given):
        lane = Lane.model_validate(lane.model_dump(mode="json"))  # as after a new run
        batch = lane.next_batch(given, now)
        if batch is None:
            assert lane.try_at is not None
            assert now < lane.try_at <= now + timedelta(minutes=1)
            now = lane.try_at
            continue
        assert len(batch.lines) <= BATCH
        tried = batch.lines[: data.draw(st.integers(1, len(batch.lines)))]
        outcomes = {line: data.draw(outcome) for line in tried}
        ended += [batch.page * PAGE + line for line, word in outcomes.items() if word != "unanswered"]
        lane.take(batch, _told(outcomes), now)
        assert len(lane.waiting) < 2 * BATCH
        now += timedelta(seconds=1)
    assert sorted(ended) == list(range(requests))
    assert lane.done == requests


def _told(outcomes: dict[int, str]) -> StartedRows:
    words = list(outcomes.values())
    return StartedRows(
        tried=len(words),
        started=words.count("started"),
        already=words.count("already"),
        failed=[FailedRow(row=0, reference="r", error="no") for word in words if word == "failed"],
        unanswered=[line for line, word in outcomes.items() if word == "unanswered"],
    )


def test_while_a_service_is_down_only_one_batch_waits_and_the_pause_doubles() -> None:
    page = Document(sha256="0" * 64, size=1, name="plan.jsonl")
    given, lane, now, pauses = ImportLane(account="a", requests=PAGE, pages=[page]), Lane(), NOW, list[float]()
    while len(pauses) < 7:
        batch = lane.next_batch(given, now)
        assert isinstance(batch, Batch)
        lane.take(batch, StartedRows(tried=len(batch.lines), unanswered=batch.lines, because="away"), now)
        assert (lane.next_batch(given, now), len(lane.waiting), lane.because) == (None, BATCH, "away")
        assert lane.try_at is not None
        pauses.append((lane.try_at - now).total_seconds())
        now = lane.try_at
    assert pauses == [2, 4, 8, 16, 32, 60, 60]
