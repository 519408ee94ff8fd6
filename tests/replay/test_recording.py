"""Recording anew never loses the history of a request that may still run."""

from pathlib import Path

from tests.replay import histories
from tests.replay.record import forget, keep

HAPPY = histories.current()["happy"].read_text()
AS_IT_WAS = histories.from_text(HAPPY)
CHANGED = histories.from_text(HAPPY.replace("upload_documents", "upload_papers"))


def test_a_story_that_goes_as_recorded_is_left_alone(tmp_path: Path) -> None:
    assert keep("happy", AS_IT_WAS, tmp_path).startswith("is new")
    before = (tmp_path / "happy.json").stat()
    assert keep("happy", AS_IT_WAS, tmp_path) == "goes as recorded"
    assert (tmp_path / "happy.json").stat().st_mtime_ns == before.st_mtime_ns


def test_the_old_history_of_a_changed_story_stays_beside_the_new_one(tmp_path: Path) -> None:
    keep("happy", AS_IT_WAS, tmp_path)
    said = keep("happy", CHANGED, tmp_path)
    [old] = tmp_path.glob(f"happy{histories.OLD}*.json")
    assert old.name in said
    assert histories.commands(histories.read(old)) == histories.commands(AS_IT_WAS)
    assert histories.commands(histories.read(tmp_path / "happy.json")) == histories.commands(CHANGED)


def test_only_who_says_so_forgets_what_was_recorded_and_nothing_of_other_stories(tmp_path: Path) -> None:
    for name in ("happy", "happy-too"):
        keep(name, AS_IT_WAS, tmp_path)
        keep(name, CHANGED, tmp_path)
    forget("happy", tmp_path)
    assert {path.name.partition(".")[0] for path in tmp_path.iterdir()} == {"happy-too"}


def test_what_is_kept_reads_as_it_was() -> None:
    assert histories.from_text(histories.to_text(AS_IT_WAS)).events == AS_IT_WAS.events
