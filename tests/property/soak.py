"""`make soak`: many random stories on all cores. It prints figures, seeds, and every broken story in full.

The environment says what runs: `STORIES` (how many, default 2000), `SEED` (the first, default 1), `PROCESSES` (default:
one a core), or `STORY`, the text of one story. The exit code is 1 when a story broke, even once, and when the end of
too many stories is unknown.
"""

import json
import logging
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import structlog
from hypothesis import HealthCheck, Phase

from tests.property.clock import ServerStuck
from tests.property.runner import BrokenStory, StoryRunner, Tally, shorten
from tests.property.stories import Story
from tests.property.strategies import STORIES

CHUNK = 25
"""Stories made from one seed."""
SLOW = 15.0
"""Seconds after which a story is named."""
SHORTENED_FOR = 180.0
"""Seconds after which no shorter broken story is looked for. A long one runs again for each of its actions."""
_PART = "_SOAK_PART"
"""In the environment of a process that runs one part of the seeds: `first:last:file`. The file gets its tally."""


def stories_of(seed: int) -> list[Story]:
    """The stories of one seed, which are the same every time."""
    found: list[Story] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=CHUNK,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(STORIES)
    def collect(story: Story) -> None:
        found.append(story)

    collect()
    return found


def run_seeds(seeds: range) -> Tally:
    """Run the stories of these seeds, and return how they ended."""
    runner, since = StoryRunner(), time.monotonic()
    for seed in seeds:
        for story in stories_of(seed):
            _run_one(runner, seed, story)
        for once in runner.second_tries:
            _print(f"seed {seed}: came to its end only at the second try: {once}")
        runner.second_tries.clear()
        runner.close_environment()  # a server that has seen hundreds of stories is slow
        _print(f"seeds {seeds.start}–{seed}: {runner.tally} ({time.monotonic() - since:.0f} s)")
    runner.close()
    return runner.tally


def _run_one(runner: StoryRunner, seed: int, story: Story) -> None:
    begun = time.monotonic()
    try:
        runner.run(story)
    except BrokenStory as error:
        _print(f"seed {seed}: {error}")
        if error.again:
            _print("Looking for a shorter one …")
            _print(f"seed {seed}: {BrokenStory(_shortest(runner, error), error.found)}")
    if (took := time.monotonic() - begun) > SLOW:
        _print(f"seed {seed}: slow, {took:.0f} s: {story.model_dump_json(exclude_defaults=True)}")


def _shortest(runner: StoryRunner, error: BrokenStory) -> Story:
    """The story without what does not matter to the first broken rule, as far as there is time to find out."""
    end = time.monotonic() + SHORTENED_FOR

    def breaks(story: Story) -> bool:
        if time.monotonic() > end:
            return False
        try:
            found = runner.run_once(story)
        except ServerStuck:
            return False
        return any(one.rule is error.found[0].rule for one in found)

    return shorten(error.story, breaks)


def run_text(text: str) -> int:
    """Run the story of a text. Returns 1 when it broke."""
    runner = StoryRunner()
    try:
        runner.run(Story.model_validate_json(text))
    except BrokenStory as error:
        _print(str(error))
        return 1
    finally:
        runner.close()
    _print("Every rule held." if runner.tally.holds else f"Nothing is known: {runner.tally}.")
    return int(not runner.tally.holds)


def soak(stories: int, first: int, processes: int) -> int:
    """Share the seeds among processes. Returns 1 when a story broke, or the end of too many is unknown."""
    seeds = range(first, first + -(-stories // CHUNK))
    since, share = time.monotonic(), -(-len(seeds) // processes)
    parts = [seeds[start : start + share] for start in range(0, len(seeds), share)]
    _print(f"Seeds {seeds.start}–{seeds.stop - 1}, {CHUNK} stories each, in {len(parts)} processes")
    with TemporaryDirectory() as folder:
        started = [_start(part, Path(folder) / f"{part.start}") for part in parts]
        codes = [one.wait() for one in started]
        tally = sum((_read_tally(file) for file in Path(folder).iterdir()), Tally())
    reasons = failures(tally, whole=not any(codes))
    held = "; ".join(reasons) or "every rule held in every story with a known end"
    _print(f"Seeds {seeds.start}–{seeds.stop - 1}, {(time.monotonic() - since) / 60:.1f} minutes, {tally}: {held}")
    return int(bool(reasons))


def failures(tally: Tally, *, whole: bool) -> list[str]:
    """Why a soak fails. `whole` is whether every process came to its end."""
    reasons = ["broken stories are above"] if tally.broken else []
    if not whole:
        reasons.append("a process died, so that nothing is known of its stories")
    return reasons or ([] if tally.holds else ["the end of too many stories is unknown"])


def _start(part: range, file: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, _PART: f"{part.start}:{part.stop}:{file}"}
    return subprocess.Popen([sys.executable, "-m", "tests.property.soak"], env=environment)


def _read_tally(file: Path) -> Tally:
    return Tally(**json.loads(file.read_text()))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run what the environment says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in ("temporalio", "aiohttp", "asyncio"):  # faults are many here, and a broken story says what matters
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("tests.property.core").propagate = False
    if part := os.environ.get(_PART):
        first, stop, file = part.split(":", 2)
        Path(file).write_text(json.dumps(asdict(run_seeds(range(int(first), int(stop))))))
        return 0
    if text := os.environ.get("STORY"):
        return run_text(text)
    given = os.environ.get
    return soak(int(given("STORIES") or 2000), int(given("SEED") or 1), int(given("PROCESSES") or os.cpu_count() or 1))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK sometimes aborts while the interpreter shuts down, after all work is done
