"""The doctor's checks of what all processes must share: the keys, and the document store."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from temporalio.client import Client

from domain import names
from domain.checks import WorkerProbeReport
from domain.text import join_some
from runtime.codec import EncryptionCodec
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.key_ids import key_ids
from runtime.settings import Settings
from services import fingerprint_key, server_state, stored_keys, worker_probe
from services.doctor_checks import START_A_WORKER, CheckResult, ok
from services.errors import NoAnswer, Refused, WorkerSilent

_PROBES = 8
"""How often workers are asked at most, so that each of a few answers."""
_SHOWN = 5
_SILENT = "see the worker's log: it may lack the first key of HOSTED_SMS_KEYS here, or be of an earlier version"


async def key_ring(client: Client, _settings: Settings) -> CheckResult:
    """Encrypts and decrypts a probe, and decrypts a stored payload of each key that was used."""
    encoded = await client.data_converter.encode(["probe"])
    await client.data_converter.decode(encoded, [str])
    stored = await stored_keys.find(client)
    if unreadable := await stored_keys.unreadable(client, stored):
        return CheckResult("fail", " ".join(unreadable))
    if not isinstance(client.data_converter.payload_codec, EncryptionCodec):
        sentence = "Nothing is encrypted: numbers and codes are readable on the Temporal server."
        return CheckResult("warn", sentence, "set HOSTED_SMS_KEYS")
    known = f"those stored under {', '.join(stored)} too" if stored else "and none is stored yet that could be tried"
    return ok(f"Payloads can be encrypted and decrypted, {known}.")


async def fingerprints(client: Client, settings: Settings) -> CheckResult:
    """Whether this process makes the fingerprints that the server holds."""
    if settings.fingerprint_key is None:
        return ok("Not compared: this process has no HOSTED_SMS_FINGERPRINT_KEY, which only `list --number` needs.")
    compared = await fingerprint_key.compare(client, Fingerprints.from_settings(settings))
    if compared.other:
        return CheckResult("fail", fingerprint_key.sentence(compared), fingerprint_key.REMEDY)
    if compared.same:
        return ok(f"The fingerprints of {', '.join(compared.same)} were made with the key of this process.")
    if compared.unreadable:
        return CheckResult("warn", f"Not compared: {compared.unreadable[0]}")
    return ok("No request has fingerprints yet that could be compared.")


async def worker(client: Client, settings: Settings) -> CheckResult:
    """Whether the workers see the documents of this process, and have its keys. Those that answer are compared."""
    running = await server_state.count_pollers(client, names.LOCAL_QUEUE)
    if not running:
        return CheckResult("warn", "Not compared: no worker runs.", START_A_WORKER)
    try:
        store = DocumentStore.from_url(settings.document_store)
        reports = await worker_probe.probe(client, store, min(running, _PROBES))
    except WorkerSilent as error:
        return CheckResult("fail", f"{error.what}.", _SILENT, silent=True)
    except NoAnswer as error:
        return CheckResult("fail", str(error), _SILENT, silent=True)
    except Refused as error:  # it cannot read what this process asks
        return CheckResult("fail", str(error), _missing(key_ids(settings)[:1]))
    found = [difference for report in reports if (difference := _difference(report, settings))]
    return found[0] if found else ok(_same(reports))


def _difference(report: WorkerProbeReport, settings: Settings) -> CheckResult | None:
    """What a worker lacks that this process has; None when it has everything."""
    if not report.sees_document:
        sentence = f"A worker does not see what this process puts into {settings.document_store}."
        remedy = "give both the same HOSTED_SMS_DOCUMENT_STORE: a bucket, or a folder that both hosts mount"
        return CheckResult("fail", sentence, remedy)
    if settings.fingerprint_key is not None and report.fingerprint != _fingerprint(settings):
        return CheckResult("fail", "A worker has another HOSTED_SMS_FINGERPRINT_KEY.", fingerprint_key.REMEDY)
    missing = [key_id for key_id in key_ids(settings) if report.key_ids and key_id not in report.key_ids]
    if missing:
        sentence = f"A worker lacks {join_some(missing, _SHOWN)}, which this process has (its keys: {_keys(report)})."
        return CheckResult("fail", sentence, _missing(missing))
    return None


def _same(reports: Sequence[WorkerProbeReport]) -> str:
    keys = list(dict.fromkeys(_keys(report) for report in reports if report.key_ids))
    held = f" ({'; '.join(keys)}; the first encrypts)" if keys else ""
    if len(reports) > 1:
        return f"The {len(reports)} workers that answered see the documents of this process and have its keys{held}."
    return f"The worker that answered sees the documents of this process and has its keys{held}."


def _keys(report: WorkerProbeReport) -> str:
    return ", ".join(report.key_ids)


def _missing(key_ids: Sequence[str]) -> str:
    return f"add {join_some(key_ids, _SHOWN)} at the end of HOSTED_SMS_KEYS of every worker, and restart it"


def _fingerprint(settings: Settings) -> str:
    return Fingerprints.from_settings(settings).of(worker_probe.TEXT)


CHECKS: Mapping[str, Callable[[Client, Settings], Awaitable[CheckResult]]] = {
    "key ring": key_ring,
    "fingerprint key": fingerprints,
    "keys and store of a worker": worker,
}
"""In the order of the report."""
