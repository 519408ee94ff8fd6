"""The doctor's checks of what all processes must share: the keys, and the document store."""

from collections.abc import Awaitable, Callable, Mapping

from temporalio.client import Client

from domain import names
from runtime.codec import EncryptionCodec
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings
from services import fingerprint_key, server_state, stored_keys, worker_probe
from services.doctor_checks import START_A_WORKER, CheckResult, ok
from services.errors import NoAnswer


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
    """Whether a worker sees the documents of this process, and has the same keys. With several, one of them answers."""
    if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
        return CheckResult("warn", "Not compared: no worker runs.", START_A_WORKER)
    try:
        report = await worker_probe.probe(client, DocumentStore.from_url(settings.document_store))
    except NoAnswer as error:
        remedy = "see the worker's log: it may lack the first key of HOSTED_SMS_KEYS here, or be of an earlier version"
        return CheckResult("fail", str(error), remedy, silent=True)
    if not report.sees_document:
        sentence = f"A worker does not see what this process puts into {settings.document_store}."
        remedy = "give both the same HOSTED_SMS_DOCUMENT_STORE: a bucket, or a folder that both hosts mount"
        return CheckResult("fail", sentence, remedy)
    if settings.fingerprint_key is not None and report.fingerprint != _fingerprint(settings):
        return CheckResult("fail", "A worker has another HOSTED_SMS_FINGERPRINT_KEY.", fingerprint_key.REMEDY)
    return ok("A worker sees the documents of this process and has the same keys.")


def _fingerprint(settings: Settings) -> str:
    return Fingerprints.from_settings(settings).of(worker_probe.TEXT)


CHECKS: Mapping[str, Callable[[Client, Settings], Awaitable[CheckResult]]] = {
    "key ring": key_ring,
    "fingerprint key": fingerprints,
    "keys and store of a worker": worker,
}
"""In the order of the report."""
