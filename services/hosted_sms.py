"""Where support works: a Temporal client, the fingerprints and the document store, made from the settings."""

from dataclasses import dataclass
from functools import cached_property

from temporalio.client import Client

from runtime import connection
from runtime.documents import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings


@dataclass(frozen=True)
class HostedSms:
    """What a face needs to serve people; the parts are made when first used, so that `show` needs no store."""

    client: Client
    settings: Settings

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Stand in for numbers where the server searches; raises SettingsError when their key is missing."""
        return Fingerprints.from_settings(self.settings)

    @cached_property
    def store(self) -> DocumentStore:
        """Takes the papers; raises SettingsError when it cannot be opened."""
        return DocumentStore.from_url(self.settings.document_store)


async def open_desk(settings: Settings) -> HostedSms:
    """Connects to Temporal.

    Raises:
        SettingsError: the keys or the `TEMPORAL_*` variables are wrong.
        CannotReachTemporal: no server answers.
    """
    return HostedSms(client=await connection.connect(settings), settings=settings)
