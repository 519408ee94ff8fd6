"""The command run in this process, against the dev server and the stand-ins of the tests of `services/`."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

import cli
from tests.services.fixtures import *  # noqa: F403
from tests.services.fixtures import FINGERPRINT_KEY, KEYS, pdf
from tests.wording import assert_well_worded


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dev_server: WorkflowEnvironment) -> dict[str, str]:
    """The variables of a process that talks to the dev server, in the namespace with a worker."""
    variables = {
        "TEMPORAL_ADDRESS": dev_server.client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": "default",
        "HOSTED_SMS_KEYS": KEYS,
        "HOSTED_SMS_FINGERPRINT_KEY": FINGERPRINT_KEY,
        "HOSTED_SMS_DOCUMENT_STORE": f"file://{tmp_path}/documents",
        "COLUMNS": "80",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


Command = Callable[..., Any]
PdfFile = Callable[..., Path]


@pytest.fixture
def pdf_file(tmp_path: Path) -> PdfFile:
    """Writes a PDF with a text."""

    def make(text: str = "Letter of authorization", name: str = "loa.pdf") -> Path:
        (tmp_path / name).write_bytes(pdf(text).content)
        return tmp_path / name

    return make


@pytest.fixture
def hosted_sms(
    environment: dict[str, str],  # noqa: ARG001 - set before the command reads it
    client: Client,  # noqa: ARG001 - its worker runs
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Runs the command with these arguments, in a thread since it has an event loop of its own."""

    async def run(*arguments: str) -> Ended:
        capsys.readouterr()
        code = await asyncio.to_thread(cli.run, [str(argument) for argument in arguments])
        captured = capsys.readouterr()
        for printed in (captured.out, captured.err):
            assert_well_worded(" ".join(printed.split()))
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def without_worker(monkeypatch: pytest.MonkeyPatch, silent: Client, hosted_sms: Command) -> Command:
    """The same in a namespace where no worker ever ran."""
    monkeypatch.setenv("TEMPORAL_NAMESPACE", silent.namespace)
    return hosted_sms
