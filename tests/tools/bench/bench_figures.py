"""Invented round figures for the tests of the goals, the arithmetic and the page."""

from datetime import date

from tools.bench.results import Cost, Design, History, Killed, Results, Scale, ScaleStep, Surroundings, Waiting


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
        }
    )
    naive = design(worker=6.0, server=5.0, driver=1.0)
    dbos = Design(cost=cost(driver=8.0, server=2.0, simulator=1.0))
    return Results(
        requests=100,
        rounds={"ours": [ours], "naive": [naive], "dbos": [dbos]},
        waiting=waiting(),
        killed=Killed(requests=200, undisturbed_seconds=10.0, seconds=21.0),
        scale=scale(),
        surroundings={"bench": surroundings(), "scale": surroundings()},
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
