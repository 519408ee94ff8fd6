"""How every process reaches Temporal: the standard `TEMPORAL_*` variables, with payloads encrypted by our keys."""

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any, NoReturn

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, RetryConfig
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode

from runtime.codec import EncryptionCodec, KeyRing
from runtime.failures import SealedFailures
from runtime.setting_values import SettingsError, is_server_address
from runtime.settings import Settings

# The SDK reports a failed connection as a nest of quoted Rust errors; these are the parts that tell a person something.
_REASONS = {
    "connection refused": "nobody listens there",
    "dns error": "the name of the server is unknown",
    "certificate": "the TLS certificate does not fit",
    "invalid uri": "the address is malformed",
    "unauthenticated": "it refuses our credentials",
    "permissiondenied": "it refuses our credentials",
}
COMPRESSION = GrpcCompression.NONE
"""Nothing is left to compress in what is packed and encrypted; the SDK would try all the same (docs/decisions/0010)."""
_DEFAULTS = {"target_host": "localhost:7233", "namespace": "default"}
_LONGEST_SHOWN = 60


class CannotReachTemporal(Exception):  # noqa: N818 - named for what a person sees
    """The Temporal server did not answer as it should; the text names its address, its namespace and the remedy."""


def data_converter(settings: Settings) -> DataConverter:
    """How messages become payloads: pydantic models as JSON, encrypted when keys are set, error texts too.

    Raises:
        SettingsError: there are no keys, and nobody said that it may be readable; or a key is malformed.
    """
    if settings.keys is not None:
        return dataclasses.replace(
            pydantic_data_converter,
            payload_codec=EncryptionCodec(KeyRing.parse(settings.keys)),
            failure_converter_class=SealedFailures,
        )
    if settings.plaintext:
        return pydantic_data_converter
    raise SettingsError(
        "HOSTED_SMS_KEYS is not set, so phone numbers and codes would be readable on the Temporal server: set it to "
        "id:base64 with a key from `openssl rand -base64 32`, or set HOSTED_SMS_PLAINTEXT=1 to allow that."
    )


async def connect(
    settings: Settings,
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    retry: RetryConfig | None = None,
    within: float = 9.0,
) -> Client:
    """Connects to Temporal.

    Args:
        settings: those of this process.
        lazy: put it off to the first call, so that nothing is known to work yet.
        runtime: what serves the metrics, if anything does.
        retry: how long a call that fails is tried again before it is said; the SDK's ten seconds by default.
        within: seconds after which it is given up.

    Raises:
        SettingsError: the keys or the `TEMPORAL_*` variables are wrong.
        CannotReachTemporal: no server answers there, it refuses us, or it has no such namespace.
    """
    config = temporal_config()
    converter = data_converter(settings)
    try:
        async with asyncio.timeout(within):
            client = await Client.connect(
                **config,
                data_converter=converter,
                lazy=lazy,
                runtime=runtime,
                retry_config=retry,
                grpc_compression=COMPRESSION,
            )
            if not lazy:
                await _see_namespace(client)
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise CannotReachTemporal(_sentence(config, error)) from None
    except ValueError as error:  # how the SDK refuses what it cannot read
        _unreadable(error)
    return client


def temporal_config() -> dict[str, Any]:
    """What the `TEMPORAL_*` variables and their file say, for `Client.connect`; what is empty is as good as unset.

    Raises:
        SettingsError: they cannot be read, or the address or the namespace can be none.
    """
    try:
        read = ClientConfig.load_client_connect_config()
    except (RuntimeError, OSError, ValueError) as error:
        _unreadable(error)
    config = _DEFAULTS | {name: value for name, value in read.items() if value != ""}
    address, namespace = str(config["target_host"]), str(config["namespace"])
    if not is_server_address(address):
        _wrong("address", "TEMPORAL_ADDRESS", address, "host:port, such as localhost:7233")
    if not namespace.strip() or not namespace.isprintable():
        _wrong("namespace", "TEMPORAL_NAMESPACE", namespace, "the name of one that exists, such as default")
    return config


def _unreadable(error: Exception) -> NoReturn:
    raise SettingsError(
        f"Temporal's own settings cannot be read ({_first_line(error)}): correct the TEMPORAL_ variables or the "
        "file that TEMPORAL_CONFIG_FILE names."
    ) from None


def _wrong(what: str, variable: str, seen: str, expected: str) -> NoReturn:
    raise SettingsError(
        f"Temporal's {what} is {_shown(seen)}; it must be {expected}: correct {variable}, or the profile of Temporal's "
        "file that is in use."
    )


async def _see_namespace(client: Client) -> None:
    """Asks for the namespace, since a connection alone does not tell whether it exists."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        # A key may be allowed to run workflows and yet not to describe a namespace.
        if error.status is not RPCStatusCode.PERMISSION_DENIED:
            raise


def _sentence(config: Mapping[str, Any], error: Exception) -> str:
    where = f"{config['target_host']} (namespace {_shown(config['namespace'])})"
    status = error.status if isinstance(error, RPCError) else None
    if status is RPCStatusCode.NOT_FOUND:
        return f"Temporal at {where} has no such namespace: set TEMPORAL_NAMESPACE to one that exists, or create it."
    if status is RPCStatusCode.UNAUTHENTICATED:
        return f"Temporal at {where} refuses our credentials: check TEMPORAL_API_KEY and the TLS certificates."
    return (
        f"Cannot reach Temporal at {where}: {_reason(error)}. Start the server, or set TEMPORAL_ADDRESS, and check "
        "that TEMPORAL_TLS fits it."
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    known = (reason for sign, reason in _REASONS.items() if sign in str(error).lower())
    return next(known, _first_line(error))


def _first_line(error: Exception) -> str:
    line = str(error).partition("\n")[0][:160].rstrip(".")
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
