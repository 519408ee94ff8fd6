"""`make soak`: many random stories on all cores; prints figures, seeds, and every broken story in full.

The environment says what is played: `STORIES` (how many, default 2000), `SEED` (the first, default 1), `PROCESSES`
(default: one a core), or `STORY`, the text of one story. The exit code is 1 when a story broke.
"""

import logging
import os
import subprocess
import sys
import time

import hypothesis
import structlog
from hypothesis import HealthCheck, Phase

from tests.property.runs import BrokenStory, Company, ServerLostItsWay, reduced
from tests.property.stories import STORIES, Story

CHUNK = 25
"""Stories made from one seed."""
SLOW = 15.0
"""Seconds after which a story is named."""
_PART = "_SOAK_PART"
"""In the environment of a process that plays one part of the seeds: `first:last`."""


def stories_of(seed: int) -> list[Story]:
    """The stories of one seed: the same in every run."""
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


def play_seeds(seeds: range) -> int:
    """Play the stories of these seeds; answers how many broke."""
    company, broken, played, since = Company(), 0, 0, time.monotonic()
    for seed in seeds:
        for story in stories_of(seed):
            played, begun = played + 1, time.monotonic()
            try:
                company.play(story)
            except BrokenStory as error:
                broken += 1
                _tell(f"seed {seed}: {error}\nLooking for a shorter one …")
                _tell(f"seed {seed}: {BrokenStory(_shortest(company, error), error.wrong)}")
            if (took := time.monotonic() - begun) > SLOW:
                _tell(f"seed {seed}: slow, {took:.0f} s: {story.model_dump_json(exclude_defaults=True)}")
        for once in company.once_only:
            _tell(f"seed {seed}: not again when played again: {once}")
        company.once_only.clear()
        company.leave()  # a server that has seen hundreds of stories is slow
        took_all, lost = time.monotonic() - since, len(company.not_played)
        _tell(f"seeds {seeds.start}–{seed}: {played} stories in {took_all:.0f} s, {broken} broken, {lost} not playable")
    company.close()
    return broken


def _shortest(company: Company, error: BrokenStory) -> Story:
    """The story without everything that does not matter to what was wrong with it first."""

    def breaks(story: Story) -> bool:
        try:
            wrong = company.once(story)
        except ServerLostItsWay:
            return False
        return any(one[:20] == error.wrong[0][:20] for one in wrong)

    return reduced(error.story, breaks)


def play_one(text: str) -> int:
    """Play the story of a text; answers 1 when it broke."""
    company = Company()
    try:
        company.play(Story.model_validate_json(text))
    except BrokenStory as error:
        _tell(str(error))
        return 1
    finally:
        company.close()
    for once in company.once_only:
        _tell(f"Not again when played again: {once}")
    _tell("Everything held.")
    return 0


def soak(stories: int, first: int, processes: int) -> int:
    """Share the seeds among processes; answers 1 when a story broke."""
    seeds = range(first, first + -(-stories // CHUNK))
    since, share = time.monotonic(), -(-len(seeds) // processes)
    parts = [seeds[start : start + share] for start in range(0, len(seeds), share)]
    _tell(f"{len(seeds) * CHUNK} stories, seeds {seeds.start}–{seeds.stop - 1}, in {len(parts)} processes")
    started = [_start(part) for part in parts]
    codes = [one.wait() for one in started]
    held = "every rule held in every story" if not any(codes) else "broken stories are above"
    minutes = (time.monotonic() - since) / 60
    _tell(f"{len(seeds) * CHUNK} stories, seeds {seeds.start}–{seeds.stop - 1}, took {minutes:.1f} minutes: {held}")
    return int(any(codes))


def _start(part: range) -> subprocess.Popen[bytes]:
    environment = {**os.environ, _PART: f"{part.start}:{part.stop}"}
    return subprocess.Popen([sys.executable, "-m", "tests.property.soak"], env=environment)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play what the environment says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in ("temporalio", "aiohttp", "asyncio"):  # faults are many here, and a broken story says what matters
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("tests.property.core").propagate = False
    if part := os.environ.get(_PART):
        first, _, stop = part.partition(":")
        return int(play_seeds(range(int(first), int(stop))) > 0)
    if text := os.environ.get("STORY"):
        return play_one(text)
    given = os.environ.get
    return soak(int(given("STORIES") or 2000), int(given("SEED") or 1), int(given("PROCESSES") or os.cpu_count() or 1))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK sometimes aborts while the interpreter shuts down, after all work is done
