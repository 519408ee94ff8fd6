"""Prepares a Temporal namespace: search attributes and schedules. Running it again changes nothing."""

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from services import schedules, server_state
from services.errors import Refused
from workflows import search_attributes as attributes

_CLOUD = (".tmprl.cloud", ".api.temporal.io")
_TYPE_NAMES = {
    SearchAttributeIndexedValueType.KEYWORD: "Keyword",
    SearchAttributeIndexedValueType.KEYWORD_LIST: "KeywordList",
    SearchAttributeIndexedValueType.DATETIME: "Datetime",
}
_NOT_ALLOWED = frozenset(
    {
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.UNIMPLEMENTED,
        RPCStatusCode.NOT_FOUND,  # Temporal Cloud serves no operator service
    }
)


class SetupResult(BaseModel):
    """What was added; `commands` are for an operator where the server lets no client add search attributes."""

    added: list[str] = []
    present: list[str] = []
    commands: list[str] = []
    schedules: list[str] = []
    """The ids of the schedules that were created. One deletes documents of requests that ended long ago."""


async def set_up(client: Client) -> SetupResult:
    """Registers every search attribute that is missing, and creates the schedules.

    Raises:
        Refused: a search attribute exists with another type.
        NoAnswer: the server does not answer.
    """
    created = await schedules.ensure(client)
    try:
        missing = await missing_attributes(client)
        if missing:
            await _add(client, missing)
    except RPCError as error:
        if error.status not in _NOT_ALLOWED:
            raise server_state.fault(error) from None
        host = client.service_client.config.target_host
        return SetupResult(commands=commands(host, client.namespace), schedules=created)
    added = [key.name for key in missing]
    present = [key.name for key in attributes.ALL if key.name not in added]
    return SetupResult(added=added, present=present, schedules=created)


async def missing_attributes(client: Client) -> list[SearchAttributeKey[Any]]:
    """The search attributes that the namespace lacks.

    Raises:
        Refused: one exists with another type, which only an operator of the server can change.
        RPCError: the server does not answer, or does not let this client ask.
    """
    request = ListSearchAttributesRequest(namespace=client.namespace)
    reply = await client.operator_service.list_search_attributes(request, timeout=server_state.SERVER_LIMIT)
    wrong = wrong_types(reply.custom_attributes)
    if wrong:
        raise Refused(
            f"The namespace {client.namespace!r} has {', '.join(wrong)}: remove it with `temporal operator "
            "search-attribute remove`, or use another namespace, and run `hosted-sms setup` again."
        )
    return [key for key in attributes.ALL if key.name not in reply.custom_attributes]


def wrong_types(registered: Mapping[str, int]) -> list[str]:
    """Our attributes that exist with another type. The server does not complain when they are added."""
    return [
        f"{key.name} as {IndexedValueType.Name(_number(registered[key.name]))} instead of {_type_name(key)}"
        for key in attributes.ALL
        if registered.get(key.name, key.indexed_value_type) != key.indexed_value_type
    ]


def commands(target_host: str, namespace: str) -> list[str]:
    """The commands with which an operator adds the attributes, for Temporal Cloud or for another server."""
    name = shlex.quote(namespace)
    if any(part in target_host for part in _CLOUD):
        return [
            f"tcld namespace search-attributes add --namespace {name} --sa {key.name}={_type_name(key)}"
            for key in attributes.ALL
        ]
    return [
        f"temporal operator search-attribute create --namespace {name} --name {key.name} --type {_type_name(key)}"
        for key in attributes.ALL
    ]


async def _add(client: Client, keys: Iterable[SearchAttributeKey[Any]]) -> None:
    wanted = {key.name: _number(int(key.indexed_value_type)) for key in keys}
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
    await client.operator_service.add_search_attributes(request, timeout=server_state.SERVER_LIMIT)


def _number(value: int) -> IndexedValueType.ValueType:
    return IndexedValueType.ValueType(value)


def _type_name(key: SearchAttributeKey[Any]) -> str:
    return _TYPE_NAMES[key.indexed_value_type]
