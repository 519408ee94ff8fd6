"""What happens to imports."""

from collections.abc import Callable

from domain.imports import ImportProgress, ImportStatus
from runtime.fingerprints import Fingerprints
from services import imports
from services.documents import PdfBytes
from services.orders_file import Line
from services.prepare import NewRequest, prepare
from services.start import Starter
from tests.replay.usual_stories import ONE, TWO
from tests.workflows.stage import Stage, pdf
from tests.workflows.telnyx_side import PROFILE
from tests.workflows.waiting import until


async def imported(stage: Stage, reference: str) -> None:
    """Both rows are started, with a document."""
    await _until(stage, await _begin(stage, reference), lambda seen: ImportStatus(seen.status).is_final)


async def paused_and_stopped(stage: Stage, reference: str) -> None:
    """While one request is under way there is no room for the other."""
    await stage.faults(kinds=["503"])
    id_ = await _begin(stage, reference)
    await _until(stage, id_, lambda seen: seen.started == 1 and "at most 1" in seen.because)
    await imports.pause(stage.client, id_, by="test")
    await _until(stage, id_, lambda seen: seen.status == ImportStatus.PAUSED and not seen.because)
    await imports.resume(stage.client, id_, by="test")
    await _until(stage, id_, lambda seen: "at most 1" in seen.because)
    await imports.stop(stage.client, id_, by="test")
    await _until(stage, id_, lambda seen: seen.status == ImportStatus.STOPPED)


async def continued_as_new(stage: Stage, reference: str) -> None:
    """A paused import is paused in its next run, too."""
    await stage.faults(kinds=["503"])
    id_ = await _begin(stage, reference)
    await _until(stage, id_, lambda seen: seen.started == 1 and "at most 1" in seen.because)
    for _ in range(4):
        await imports.pause(stage.client, id_, by="test")
        await _until(stage, id_, lambda seen: seen.status == ImportStatus.PAUSED and not seen.because)
        await imports.resume(stage.client, id_, by="test")
        await _until(stage, id_, lambda seen: "at most 1" in seen.because)
    await stage.faults()
    await _until(stage, id_, lambda seen: seen.status == ImportStatus.DONE)


async def _begin(stage: Stage, reference: str) -> str:
    starter = Starter(stage.client, Fingerprints(b"f" * 32), stage.store, queue=stage.queue)
    loa, lines = PdfBytes("loa.pdf", pdf()), []
    for row, number in enumerate((ONE, TWO), 2):
        new = NewRequest(f"{reference}-{row}", PROFILE, [number], account=stage.account, loa=loa)
        lines.append(Line(row, await prepare(new)))
    return (await imports.begin(starter, lines, by="test")).import_id


async def _until(stage: Stage, id_: str, good: Callable[[ImportProgress], object]) -> None:
    await until(lambda: imports.show(stage.client, id_), good, every=0.1)
