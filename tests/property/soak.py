"""`make soak`: many random stories on all cores; prints figures, seeds, and every broken story in full.

The environment says what is played: `STORIES` (how many, default 2000), `SEED` (the first, default 1), `PROCESSES`
(default: one a core), or `STORY`, the text of one story. The exit code is 1 when a story broke, if only once, and when
too many could not be played.
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

from tests.property.clock import ServerLostItsWay
from tests.property.runs import BrokenStory, Company, Tally, reduced
from tests.property.stories import STORIES, Story

CHUNK = 25
"""Stories made from one seed."""
SLOW = 15.0
"""Seconds after which a story is named."""
SHORTENED_FOR = 180.0
"""Seconds after which a broken story is short enough: a long one is played again for each of its actions."""
_PART = "_SOAK_PART"
"""In the environment of a process that plays one part of the seeds: `first:last:file`; the file gets its tally."""


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


def play_seeds(seeds: range) -> Tally:
    """Play the stories of these seeds; answers what became of them."""
    company, since = Company(), time.monotonic()
    for seed in seeds:
        for story in stories_of(seed):
            begun = time.monotonic()
            try:
                company.play(story)
            except BrokenStory as error:
                _tell_broken(seed, company, error)
            if (took := time.monotonic() - begun) > SLOW:
                _tell(f"seed {seed}: slow, {took:.0f} s: {story.model_dump_json(exclude_defaults=True)}")
        for once in company.second_tries:
            _tell(f"seed {seed}: played to its end only at the second try: {once}")
        company.second_tries.clear()
        company.leave()  # a server that has seen hundreds of stories is slow
        _tell(f"seeds {seeds.start}–{seed}: {company.tally} ({time.monotonic() - since:.0f} s)")
    company.close()
    return company.tally


def _tell_broken(seed: int, company: Company, error: BrokenStory) -> None:
    _tell(f"seed {seed}: {error}")
    if error.again:
        _tell("Looking for a shorter one …")
        _tell(f"seed {seed}: {BrokenStory(_shortest(company, error), error.wrong)}")


def _shortest(company: Company, error: BrokenStory) -> Story:
    """The story without what does not matter to what was wrong with it first, as far as there is time to find out."""
    end = time.monotonic() + SHORTENED_FOR

    def breaks(story: Story) -> bool:
        if time.monotonic() > end:
            return False
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
    _tell("Everything held." if company.tally.holds else f"Nothing is known: {company.tally}.")
    return int(not company.tally.holds)


def soak(stories: int, first: int, processes: int) -> int:
    """Share the seeds among processes; answers 1 when a story broke, or nothing is known of too many."""
    seeds = range(first, first + -(-stories // CHUNK))
    since, share = time.monotonic(), -(-len(seeds) // processes)
    parts = [seeds[start : start + share] for start in range(0, len(seeds), share)]
    _tell(f"Seeds {seeds.start}–{seeds.stop - 1}, {CHUNK} stories each, in {len(parts)} processes")
    with TemporaryDirectory() as folder:
        started = [_start(part, Path(folder) / f"{part.start}") for part in parts]
        codes = [one.wait() for one in started]
        tally = sum((_tally(tallied) for tallied in Path(folder).iterdir()), Tally())
    held = verdict(tally, whole=not any(codes))
    _tell(f"Seeds {seeds.start}–{seeds.stop - 1}, {(time.monotonic() - since) / 60:.1f} minutes, {tally}: {held}")
    return int(held != HELD)


HELD = "every rule held in every story that could be played"


def verdict(tally: Tally, *, whole: bool) -> str:
    """What can be said after a soak; `whole` is whether every process came to its end."""
    if tally.broken:
        return "broken stories are above"
    if not whole:
        return "a process died, so that nothing is known of its stories"
    return HELD if tally.holds else "nothing is known of too many stories"


def _start(part: range, tallied: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, _PART: f"{part.start}:{part.stop}:{tallied}"}
    return subprocess.Popen([sys.executable, "-m", "tests.property.soak"], env=environment)


def _tally(tallied: Path) -> Tally:
    return Tally(**json.loads(tallied.read_text()))


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
        first, stop, tallied = part.split(":", 2)
        Path(tallied).write_text(json.dumps(asdict(play_seeds(range(int(first), int(stop))))))
        return 0
    if text := os.environ.get("STORY"):
        return play_one(text)
    given = os.environ.get
    return soak(int(given("STORIES") or 2000), int(given("SEED") or 1), int(given("PROCESSES") or os.cpu_count() or 1))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK sometimes aborts while the interpreter shuts down, after all work is done
