"""Invented round figures for the tests of the goals, the arithmetic and the page."""

from datetime import date

from tools.bench.results import (
    Bulk,
    Cost,
    Counts,
    Design,
    Flood,
    History,
    ImportRun,
    Killed,
    Results,
    Scale,
    ScaleStep,
    Surroundings,
    Waiting,
)


def cost(requests: int = 100, seconds: float = 5.0, **cpu_seconds: float) -> Cost:
    return Cost(requests=requests, seconds=seconds, cpu_seconds=cpu_seconds, calls=7 * requests)


def design(worker: float = 2.0, server: float = 3.0, driver: float = 1.0, seconds: float = 5.0) -> Design:
    return Design(cost=cost(seconds=seconds, worker=worker, server=server, driver=driver, simulator=1.0))


def whole() -> Results:
    """Results that meet every goal."""
    ours = design(seconds=2.0).model_copy(
        update={
            "narrow_cost": cost(10, worker=0.2, server=0.3),
            "wide_cost": cost(10, worker=0.4, server=0.6),
            "history": History(events=50, bytes=8000, readable_bytes=7000),
            "wide_history": History(events=60, bytes=20000),
            "counts": Counts(calls={"RespondWorkflowTaskCompleted": 8, "others": 22}, actions={"a": 16}, events=48),
            "look": Counts(),
        }
    )
    naive = design(worker=6.0, server=5.0, driver=1.0)
    peer = design(worker=4.0, server=3.0, driver=1.0)
    dbos = Design(cost=cost(driver=8.0, server=2.0, simulator=1.0))
    return Results(
        requests=100,
        rounds={"ours": [ours], "naive": [naive], "peer": [peer], "dbos": [dbos]},
        bulk=bulk(),
        looks_an_hour=60.0,
        share_of_a_payload=0.4,
        waiting=waiting(),
        killed=Killed(requests=200, undisturbed_seconds=10.0, seconds=21.0),
        scale=scale(),
        surroundings={"bench": surroundings(), "scale": surroundings()},
    )


def bulk() -> Bulk:
    floods = [flood(0, 500, 20.0), flood(5_000, 500, 30.0), flood(5_000, 1_000, 70.0)]
    imported = ImportRun(
        rows=2_000,
        numbers=10_000,
        seconds=600.0,
        quiet_code_seconds=0.2,
        quiet_start_seconds=1.0,
        busy_code_seconds=0.25,
        busy_start_seconds=1.5,
        lost=0,
        doubled=0,
    )
    return Bulk(page_delay=0.1, workers=2, floods=floods, imported=imported)


def flood(existing: int, requests: int, seconds: float) -> Flood:
    return Flood(
        existing=existing,
        requests=requests,
        waiting=requests,
        seconds=seconds,
        creates=requests,
        pages=requests,
        listings=requests // 20,
        worker_seconds=requests / 20,
        server_calls=30 * requests,
    )


def waiting() -> Waiting:
    return Waiting(
        requests=2000,
        starts_per_second=20.0,
        bytes_per_cached=66 * 1024.0,
        bytes_per_thousand=20 * 1024.0**2,
        idle_share=0.0005,
        idle_polls=0,
        idle_seconds=30.0,
    )


def scale(last: float = 5.0) -> Scale:
    return Scale(
        requests=20_000,
        steps=[step(2000, 5.0), step(20_000, last)],
        idle_share=0.001,
        idle_polls=7,
        idle_seconds=30.0,
        code_seconds=[0.1] * 19 + [9.0],
        webhook_seconds=[0.2] * 20,
        recovery_seconds=[3.0, 12.0],
    )


def step(waiting: int, seconds: float) -> ScaleStep:
    """A thousand more requests, at so many milliseconds of worker and of server each."""
    return ScaleStep(
        waiting=waiting,
        new=1000,
        seconds=50.0,
        worker_bytes=100 * 1024**2,
        server_bytes=200 * 1024**2,
        cpu_seconds={"worker": seconds, "server": seconds},
    )


def surroundings() -> Surroundings:
    return Surroundings(
        date=date(2026, 3, 4), cores=2, processor="A processor", memory_gib=8.0, load=0.1, versions={"python": "3.11.7"}
    )
