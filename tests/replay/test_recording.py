"""Recording again never loses the history of a request that may still run."""

from pathlib import Path

from tests.replay import histories
from tests.replay.record import keep

HAPPY = histories.current()["happy"].read_text()
UNCHANGED = histories.from_text(HAPPY)
CHANGED = histories.from_text(HAPPY.replace("upload_documents", "upload_papers"))


def test_an_unchanged_history_is_left_alone(tmp_path: Path) -> None:
    keep("happy", UNCHANGED, tmp_path)
    before = (tmp_path / "happy.json").stat()
    keep("happy", UNCHANGED, tmp_path)
    assert (tmp_path / "happy.json").stat().st_mtime_ns == before.st_mtime_ns


def test_the_old_history_of_a_changed_story_stays_beside_the_new_one(tmp_path: Path) -> None:
    keep("happy", UNCHANGED, tmp_path)
    done = keep("happy", CHANGED, tmp_path)
    [old] = tmp_path.glob(f"happy{histories.OLD}*.json")
    assert old.name in done
    assert histories.commands(histories.read(old)) == histories.commands(UNCHANGED)
    assert histories.commands(histories.read(tmp_path / "happy.json")) == histories.commands(CHANGED)


def test_a_history_reads_as_it_was_written() -> None:
    assert histories.from_text(histories.to_text(UNCHANGED)).events == UNCHANGED.events
