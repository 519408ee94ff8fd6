"""What the `TEMPORAL_*` variables say, where the files that they name are read by us: the SDK waits for a pipe.

The SDK reads its default file, `temporal.toml` in the configuration folder of the user, by itself.
"""

import dataclasses
import os
from pathlib import Path

from temporalio.envconfig import ClientConfigProfile, ClientConfigTLS, ClientConnectConfig, DataSource

from runtime import files, secret_files
from runtime.files import MissingFile, UnreadableFile

_MOST_BYTES = 1_000_000
_FILE = "TEMPORAL_CONFIG_FILE"


def load() -> ClientConnectConfig:
    """The variables and their file, for `Client.connect`.

    Raises:
        ValueError, RuntimeError: they cannot be read. The text names what is wrong.
        SettingsError: the file of the API key cannot be used.
    """
    named = os.environ.get(_FILE)
    profile = ClientConfigProfile.load(
        config_source=_content(named) if named else None,
        override_env_vars=secret_files.completed(secret_files.TEMPORAL, os.environ),
    )
    if profile.tls is not None:
        profile = dataclasses.replace(profile, tls=_with_certificates(profile.tls))
    return profile.to_client_connect_config()


def _content(named: str) -> bytes:
    """The file of profiles. One that is missing counts as empty, as it does for the SDK."""
    try:
        return files.read(Path(named), _MOST_BYTES)
    except MissingFile:
        return b""
    except UnreadableFile as error:
        raise ValueError(f"{named} {error.what}") from None


def _with_certificates(tls: ClientConfigTLS) -> ClientConfigTLS:
    return dataclasses.replace(
        tls,
        server_root_ca_cert=_certificate(tls.server_root_ca_cert),
        client_cert=_certificate(tls.client_cert),
        client_private_key=_certificate(tls.client_private_key),
    )


def _certificate(source: DataSource | None) -> DataSource | None:
    if not isinstance(source, Path):
        return source
    try:
        return files.read(source, _MOST_BYTES)
    except UnreadableFile as error:
        raise ValueError(f"{source} {error.what}") from None
