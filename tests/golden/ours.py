"""The parts of the product that the golden file describes. After a move or a rename, only the imports here change.

The keys are contract words. They never change when a class or a module gets another name.
"""

from collections.abc import Mapping
from typing import Any
from unittest import mock

from cyclopts import App
from pydantic import SecretStr
from temporalio.common import SearchAttributeKey

import cli
import console
import webhooks
import worker
from adapters.parts import Parts
from domain import names, transfers
from domain.accounts import AccountProgress
from domain.checks import CheckReport
from domain.deliveries import NotStarted
from domain.explain import Explanation
from domain.imports import ImportProgress, ImportStatus, import_reference
from domain.messages import Answer, Document, HostingRequest, Options, Progress
from domain.notification import Notification, NotificationEvent
from domain.notification_text import payload
from domain.own_words import OwnWord
from domain.transfers import TransferOutcome, TransferResult
from domain.vocabulary import AskKind, ChoiceKind, CodeOutcome, Next, NumberState, Outcome, Step
from runtime.codec import UndecryptablePayload
from runtime.connection import CannotReachTemporal
from runtime.document_errors import DocumentError, DocumentStoreUnavailable
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings, SettingsError, variable
from runtime.variables import files_of_secrets
from services import codes_file, digests, orders_file, schedules
from services.bulk_import import ImportResult
from services.doctor import Finding
from services.errors import NoAnswer, Refused
from services.import_check import DryRun
from services.notifications import Delivery, ReplayResult
from services.request_list import Row
from services.setup import SetupResult
from services.start import StartResult
from services.submit_codes_file import CodeRowResult
from simulator import app as simulator_app
from simulator import faults
from simulator.__main__ import arguments as simulator_arguments
from telnyx_api.errors import TelnyxError
from workflows import registry, search_attributes
from workflows.account.state import AccountState
from workflows.imports.state import ImportState
from workflows.request.state import State

WORKFLOWS = registry.WORKFLOWS
CARRY = {"HostNumbers": State, "HostingAccount": AccountState, "ImportRequests": ImportState}
SEARCH_ATTRIBUTES: tuple[SearchAttributeKey[Any], ...] = search_attributes.ALL
WORDS = {
    "ask kind": AskKind,
    "choice": ChoiceKind,
    "code result": CodeOutcome,
    "import status": ImportStatus,
    "next": Next,
    "notification event": NotificationEvent,
    "number state": NumberState,
    "outcome": Outcome,
    "step": Step,
    "transfer answer": TransferOutcome,
}
IDS = {
    "request": names.workflow_id("REFERENCE"),
    "account": names.account_workflow_id("ACCOUNT"),
    "import": names.workflow_id(import_reference("IMPORT-ID")),
    "notification": names.notification_workflow_id("EVENT-ID"),
    "transfer alert": transfers.alert_workflow_id("ACCOUNT", "EVENT-ID"),
    "schedule that deletes documents": schedules.FORGET_DOCUMENTS,
}

TELNYX_ERRORS = {error.__name__: error for error in TelnyxError.__subclasses__()}
"""An activity that fails by one of them has its class name as the failure type."""
FAILURE_CLASSES = (*TELNYX_ERRORS.values(), DocumentStoreUnavailable, NotStarted, NoAnswer)
"""Exceptions that leave an activity as they are: the class name is the failure type."""

ANSWERS = {
    "account show": AccountProgress,
    "answer, cancel, codes, documents, give-up, resend, retry, account resume": Answer,
    "check": CheckReport,
    "codes --file": CodeRowResult,
    "doctor": Finding,
    "events list": Delivery,
    "events replay": ReplayResult,
    "explain": Explanation,
    "explain of our own word": OwnWord,
    "import": ImportResult,
    "import --dry-run": DryRun,
    "import list, import show": ImportProgress,
    "import pause, import resume, import stop": Answer,
    "list": Row,
    "setup": SetupResult,
    "show": Progress,
    "start": StartResult,
    "transfer": TransferResult,
}
"""What a command answers with `--json`; some answer a list of it."""
CSV_COLUMNS = {
    "required": orders_file.REQUIRED,
    "optional": orders_file.OPTIONAL,
    "required with one number a row": orders_file.REQUIRED_BY_NUMBER,
    "optional with one number a row": orders_file.OPTIONAL_BY_NUMBER,
    "of a file of codes": codes_file.COLUMNS,
}
ENDINGS: dict[str, BaseException] = {
    "refused": Refused("no"),
    "wrong setting": SettingsError("no"),
    "document refused": DocumentError("no"),
    "payload that cannot be decrypted": UndecryptablePayload("no"),
    "no answer": NoAnswer("no"),
    "Temporal not reached": CannotReachTemporal("no"),
    "document store away": DocumentStoreUnavailable("no"),
    "fault of the program": ValueError("no"),
    "interrupted": KeyboardInterrupt(),
    "output closed": BrokenPipeError(),
}

SIMULATOR_CALLS, FAULT_KINDS = faults.CALLS, faults.NAMED_KINDS
CONTROL_READERS = {"has", "text", "flag", "figure", "figure_or_bounds", "whole", "texts", "statuses"}
"""The methods by which the control surface reads a field of a body."""
SIMULATOR_OPTIONS = simulator_arguments()

_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
_NUMBER = "+12125550101"


def _settings() -> Settings:
    return Settings(plaintext=True, fingerprint_key=SecretStr(_KEY))


def takes(handler: Any, declared: list[Any] | None) -> list[Any] | None:
    """The messages of a handler. Those of a workflow are read by us, so the SDK knows of no type."""
    return [handler.takes] if hasattr(handler, "takes") else declared


def settings() -> dict[str, Any]:
    """The field of each setting by its environment variable."""
    return {variable(name): field for name, field in Settings.model_fields.items()}


def secret_files() -> set[str]:
    """The environment variables that name the file of a secret."""
    return files_of_secrets()


def registered(client: Any, accounts: Any) -> list[Mapping[str, Any]]:
    """What each Temporal worker of the process is made with: its queue, workflows, activities and interceptors."""
    with mock.patch.object(worker, "Worker") as made:
        worker.workers(Parts(client, _settings(), accounts, mock.AsyncMock(), mock.AsyncMock()))
    return [call.kwargs for call in made.call_args_list]


def routes() -> dict[str, Any]:
    """The web applications of the product, by name."""
    return {
        "console": console.create_app(_settings()),
        "simulator": simulator_app.build(),
        "webhooks": webhooks.create_app(mock.Mock()),
    }


def command() -> App:
    """The command `hosted-sms`."""
    return cli._app()


def exit_code(error: BaseException) -> int:
    """The exit code of a command that ends by an error."""
    with mock.patch.object(cli, "_app", side_effect=error):
        return cli.run(["list"])


def usage_exit_code() -> int:
    """The exit code of a command that does not exist."""
    return cli.run(["no-such-command"])


def process_exit_codes() -> dict[str, int]:
    """The exit codes of the long-running processes; the environment holds an unknown setting."""
    return {"console": console.main(), "webhooks": webhooks.main(), "worker": worker.main()}


def unreachable_exit_code() -> int:
    """The exit code of a worker whose Temporal server does not answer; the environment holds the needed settings."""
    with mock.patch.object(worker, "connect", side_effect=CannotReachTemporal("no")):
        return worker.main()


def samples() -> dict[str, Any]:
    """Values that are stored or sent, made of a fixed input."""
    document = Document(sha256="0" * 64, size=1, name="loa.pdf")
    options = Options(all_or_nothing=True, contact_hours="9-17 Pacific")
    request = HostingRequest(
        reference="r", messaging_profile_id="p", phone_numbers=[_NUMBER], loa=document, options=options
    )
    return {
        "fingerprint of a number": Fingerprints.from_settings(_settings()).of(_NUMBER),
        "digest of a request": digests.digest(request),
        "body of an outbound webhook": payload(Notification(event="ask_opened", event_id="e", reference="r")),
    }
