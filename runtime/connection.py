"""The connection of every process to Temporal: the standard `TEMPORAL_*` variables, and payloads encrypted by us."""

import asyncio
import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, RetryConfig
from temporalio.converter import DataConverter, WorkflowSerializationContext
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression, HttpConnectProxyConfig, RPCError, RPCStatusCode

from domain.text import clause
from runtime import temporal_profile
from runtime.codec import EncryptionCodec, KeyRing
from runtime.error_text import first_line
from runtime.failure_converter import EncryptedFailureConverter, PrintableFailureConverter
from runtime.payload_converter import NamingPayloadConverter, OpeningDataConverter, TolerantPayloadConverter
from runtime.plain_addresses import THIS_MACHINE_ONLY, VARIABLE, PlainAddresses
from runtime.plaintext_codec import PlaintextCodec
from runtime.secret_flaws import flaw
from runtime.setting_values import SettingsError, is_server_address
from runtime.settings import Settings

# The SDK reports a failed connection as nested, quoted Rust errors. These parts of them mean something to a person.
_REASONS = {
    "connection refused": "nothing listens there",
    "dns error": "the name of the server is unknown",
    "certificate": "the TLS certificate does not match",
    "invalid uri": "the address is malformed",
    "unauthenticated": "it refuses our credentials",
    "permissiondenied": "it refuses our credentials",
}
COMPRESSION = GrpcCompression.NONE
"""Packed and encrypted payloads cannot be compressed further, but the SDK would try (docs/decisions/0010)."""
_DEFAULTS = {"target_host": "localhost:7233", "namespace": "default"}
_LONGEST_SHOWN = 60


class CannotReachTemporal(Exception):  # noqa: N818 - named for what a person sees
    """The Temporal server did not answer as it should. The text names its address, its namespace and the remedy."""


def data_converter(settings: Settings, namespace: str = _DEFAULTS["namespace"]) -> DataConverter:
    """How messages become payloads: pydantic models as JSON. With keys, payloads and error texts are encrypted.

    A payload is bound to the namespace and the workflow of its client; `namespace` counts for one that is read without
    a client, such as by the codec endpoint.

    Raises:
        SettingsError: there are no keys and no `HOSTED_SMS_PLAINTEXT=1`, or a key is malformed.
    """
    if settings.keys is not None:
        return OpeningDataConverter(
            payload_converter_class=NamingPayloadConverter,
            payload_codec=EncryptionCodec(KeyRing.parse(settings.keys), namespace),
            failure_converter_class=EncryptedFailureConverter,
        )
    if settings.plaintext:
        return OpeningDataConverter(
            payload_converter_class=TolerantPayloadConverter,
            payload_codec=PlaintextCodec(),
            failure_converter_class=PrintableFailureConverter,
        )
    raise SettingsError(
        "HOSTED_SMS_KEYS is not set, so the Temporal server could read phone numbers and codes: set it to id:base64 "
        "with a key from `openssl rand -base64 32`, or set HOSTED_SMS_PLAINTEXT=1 to allow that."
    )


def converter_of(client: Client, workflow_id: str) -> DataConverter:
    """How the payloads of one workflow and of its activities become messages, for one that is read by hand."""
    return client.data_converter.with_context(
        WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow_id)
    )


def for_worker(client: Client, webhook_keys: Collection[str] = ()) -> Client:
    """The client with which a worker reads what it is to do: what it must not use becomes a marker.

    Args:
        client: that of the process.
        webhook_keys: the ids of the keys that are for what `webhooks.py` sends alone.
    """
    codec = client.data_converter.payload_codec
    if not isinstance(codec, EncryptionCodec | PlaintextCodec):
        return client
    config = client.config()
    config["data_converter"] = dataclasses.replace(client.data_converter, payload_codec=codec.for_worker(webhook_keys))
    return Client(**config)


async def connect(
    settings: Settings,
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    retry: RetryConfig | None = None,
    within: float = 9.0,
) -> Client:
    """Connect to Temporal.

    Args:
        settings: the settings of this process.
        lazy: connect with the first call, so that nothing is known to work yet.
        runtime: serves the metrics of the SDK, if anything does.
        retry: how long a failed call is retried; the SDK's ten seconds by default.
        within: seconds that connecting may take.

    Raises:
        SettingsError: the keys or the `TEMPORAL_*` variables are wrong.
        CannotReachTemporal: no server answers there, it refuses us, or it has no such namespace.
    """
    config = temporal_config(settings.plain_addresses)
    options: dict[str, Any] = {"lazy": lazy, "runtime": runtime, "retry_config": retry}
    options |= {"data_converter": data_converter(settings, config["namespace"]), "grpc_compression": COMPRESSION}
    if settings.temporal_proxy is not None:
        options["http_connect_proxy_config"] = HttpConnectProxyConfig(target_host=settings.temporal_proxy)
    try:
        async with asyncio.timeout(within):
            client = await Client.connect(**config, **options)
            if not lazy:
                await _check_namespace(client)
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise CannotReachTemporal(_sentence(config, error)) from None
    except ValueError as error:  # how the SDK refuses what it cannot read
        _raise_unreadable(error)
    return client


def temporal_config(plain: PlainAddresses = THIS_MACHINE_ONLY) -> dict[str, Any]:
    """What the `TEMPORAL_*` variables and their file say, for `Client.connect`. An empty variable counts as unset.

    Raises:
        SettingsError: they cannot be read, the address or the namespace is malformed, or an API key would travel
            without TLS to a host where `plain` does not allow that.
    """
    try:
        given = temporal_profile.load()
    except (RuntimeError, OSError, ValueError) as error:
        _raise_unreadable(error)
    config = _DEFAULTS | {name: value for name, value in given.items() if value != ""}
    address, namespace = str(config["target_host"]), str(config["namespace"])
    if not is_server_address(address):
        _raise_wrong("address", "TEMPORAL_ADDRESS", address, "host:port, such as localhost:7233")
    if not namespace.strip() or not namespace.isprintable():
        _raise_wrong("namespace", "TEMPORAL_NAMESPACE", namespace, "the name of one that exists, such as default")
    if found := flaw(str(config.get("api_key") or "")):
        raise SettingsError(
            f"Temporal's API key {found}. It is TEMPORAL_API_KEY, or stands in the profile or in the file that "
            "TEMPORAL_API_KEY_FILE names."
        )
    host = address.rpartition(":")[0]
    if config.get("api_key") and not config.get("tls") and not plain.allow_host(host):
        raise SettingsError(
            f"Temporal's API key would travel to {_shown(address)} without TLS: leave TEMPORAL_TLS unset, or put "
            f"{host[:_LONGEST_SHOWN]!r} into {VARIABLE}."
        )
    return config


def _raise_unreadable(error: Exception) -> NoReturn:
    raise SettingsError(
        f"Temporal's own settings cannot be read ({first_line(error, 160)}): correct the TEMPORAL_ variables or the "
        "file that TEMPORAL_CONFIG_FILE names."
    ) from None


def _raise_wrong(what: str, variable: str, value: str, expected: str) -> NoReturn:
    raise SettingsError(
        f"Temporal's {what} is {_shown(value)}; it must be {expected}: correct {variable}, or the profile in "
        "Temporal's file."
    )


async def _check_namespace(client: Client) -> None:
    """Ask for the namespace, since a connection alone does not show whether it exists."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        # A key may be allowed to run workflows, but not to describe a namespace.
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
        f"Cannot reach Temporal at {where}: {clause(_reason(error))}. Start the server or set TEMPORAL_ADDRESS, and "
        "check TEMPORAL_TLS."
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    known = (reason for part, reason in _REASONS.items() if part in str(error).lower())
    return next(known, first_line(error, 160))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
