"""`HostedSms`: everything that one can ask of the system, the command `hosted-sms` is one caller.

Each verb loads the service that it needs when it is called, so that a command starts fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from domain import delays

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from typing import Unpack

    from temporalio.client import Client

    from domain.accounts import AccountProgress
    from domain.checks import CheckReport
    from domain.explain import Explanation
    from domain.imports import ImportProgress
    from domain.messages import (
        Answer,
        AnswerAsk,
        Cancel,
        GiveUp,
        Message,
        Progress,
        ReplaceDocuments,
        ResendCodes,
        RetryNumbers,
        SubmitCodes,
    )
    from domain.transfers import AnswerTransferRequest, TransferResult
    from runtime.document_store import DocumentStore
    from runtime.fingerprints import Fingerprints
    from runtime.settings import Settings
    from services.bulk_import import CheckedLine, ImportResult
    from services.codes_file import CodesFile
    from services.doctor import Finding
    from services.import_check import CheckedFile
    from services.imports import ImportBegun
    from services.notifications import Deliveries, ReplayResult
    from services.orders_file import Line, OrdersFile
    from services.prepare import PreparedRequest
    from services.request_list import Row
    from services.setup import SetupResult
    from services.start import Starter, StartResult
    from services.submit_codes_file import CodeRowResult
    from services.submit_documents import CheckedDocuments, StoredDocuments
    from services.updates import Sending


@dataclass(frozen=True)
class HostedSms:
    """A connection to the system. Its methods raise the errors of `services.errors`.

    The fingerprints and the document store are opened when they are first used, so that `show` needs neither.
    """

    client: Client
    settings: Settings

    @classmethod
    async def connect(cls, settings: Settings) -> HostedSms:
        """Connects to Temporal.

        Raises:
            SettingsError: the keys or the `TEMPORAL_*` variables are wrong.
            CannotReachTemporal: no server answers.
        """
        from runtime import connection

        return cls(await connection.connect(settings), settings)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Replace numbers where the server searches. Raises SettingsError when their key is missing."""
        from runtime.fingerprints import Fingerprints

        return Fingerprints.from_settings(self.settings)

    @cached_property
    def store(self) -> DocumentStore:
        """Keeps the documents. Raises SettingsError when it cannot be opened."""
        from runtime.document_store import DocumentStore

        return DocumentStore.from_url(self.settings.document_store)

    # Begin requests

    async def check(self, account: str, phone_numbers: Sequence[str]) -> CheckReport:
        """Asks Telnyx whether numbers (E.164) can be hosted. Nothing is ordered."""
        from services import preflight

        return await preflight.check(self.client, account, phone_numbers)

    async def start(self, prepared: PreparedRequest, *, preflight: bool = True) -> StartResult:
        """Starts a request, or recognizes it as the one that exists.

        Args:
            prepared: the request and its documents.
            preflight: whether Telnyx is asked about account and messaging profile first.
        """
        return await self._starter(preflight).start(prepared)

    async def check_import(
        self, lines: Sequence[Line], *, preflight: bool = True, on_checked: Callable[[], None] = lambda: None
    ) -> Sequence[CheckedLine]:
        """Checks the lines of a file; `on_checked` is called after each. Nothing is started.

        Raises:
            BadFile: a reference exists with other content, or Telnyx refuses a profile or an account.
        """
        from services import bulk_import

        return await bulk_import.check(self._starter(preflight), lines, on_checked)

    async def divide_import(self, given: OrdersFile, *, preflight: bool = True) -> CheckedFile:
        """Checks a file as well, and tells its good rows from the bad ones. Nothing is started."""
        from services import import_check

        return await import_check.divide(self._starter(preflight), given)

    async def begin_import(self, lines: Sequence[Line], *, by: str = "") -> ImportBegun:
        """Begins the import of checked lines, or finds the one of the same lines."""
        from services import imports

        return await imports.begin(self._starter(preflight=False), lines, by=by)

    async def follow_import(
        self, import_id: str, on_progress: Callable[[ImportProgress], None] = lambda _: None
    ) -> ImportProgress:
        """Waits for the end of an import. It does not need to be followed."""
        from services import imports

        return await imports.follow(self.client, import_id, on_progress)

    async def import_results(self, checked: Sequence[CheckedLine], ended: ImportProgress) -> Sequence[ImportResult]:
        """What became of each row of an import that has ended."""
        from services import bulk_import

        return await bulk_import.results(self._starter(preflight=False), checked, ended)

    async def list_imports(self) -> AsyncIterator[ImportProgress]:
        """Yields where each import stands, open ones first."""
        from services import imports

        async for found in imports.list_imports(self.client):
            yield found

    async def show_import(self, import_id: str) -> ImportProgress:
        """Where an import stands; `partial` when no worker answers."""
        from services import imports

        return await imports.show(self.client, import_id)

    async def pause_import(self, import_id: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
        """Starts no more requests of an import until it is resumed."""
        from services import imports

        return await imports.pause(self.client, import_id, by=by, **sending)

    async def resume_import(self, import_id: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
        """Goes on with a paused import."""
        from services import imports

        return await imports.resume(self.client, import_id, by=by, **sending)

    async def stop_import(self, import_id: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
        """Ends an import. What it started goes on."""
        from services import imports

        return await imports.stop(self.client, import_id, by=by, **sending)

    def _starter(self, preflight: bool) -> Starter:  # noqa: FBT001 - read where it is called
        from services.preflight import Preflights
        from services.start import Starter

        preflights = Preflights(self.client) if preflight else None
        fingerprints = None if self.settings.fingerprint_key is None else self.fingerprints
        limited = self.settings.accounts_with_limit
        return Starter(self.client, fingerprints, self.store, preflights, limited_accounts=limited)

    # Look at requests

    async def list(
        self, *, needs_me: bool = False, number: str | None = None, customer: str | None = None
    ) -> AsyncIterator[Row]:
        """Yields the requests that fit all conditions: they wait for a person, hold a number, belong to a customer.

        Raises:
            Refused: none fits, and it is not proved that there is none, for instance before `setup`.
        """
        from services import nothing_found, request_list

        fingerprints, empty = None if number is None else self.fingerprints, True
        found = request_list.requests(self.client, fingerprints, needs_me=needs_me, number=number, customer=customer)
        async for row in found:
            empty = False
            yield row
        if empty:
            await nothing_found.prove_set_up(self.client)
        if empty and fingerprints is not None:
            await nothing_found.prove_no_number(self.client, fingerprints)

    async def show(self, reference: str, *, within: float = delays.WORKER_WITHIN) -> Progress:
        """Where a request stands; `partial` when no worker answered within so many seconds."""
        from services import progress

        return await progress.show(self.client, reference, within=within)

    # Send messages to a request

    async def send(self, reference: str, message: Message, **sending: Unpack[Sending]) -> Answer:
        """Sends any of the messages below. See `updates.send` for the arguments and the errors of them all."""
        from services import updates

        return await updates.send(self.client, reference, message, **sending)

    async def submit_codes(self, reference: str, message: SubmitCodes, **sending: Unpack[Sending]) -> Answer:
        """Submits ownership codes. A wrong code is an answer (`rejected`) and no error."""
        return await self.send(reference, message, **sending)

    async def submit_codes_file(
        self, given: CodesFile, *, by: str, **sending: Unpack[Sending]
    ) -> Sequence[CodeRowResult]:
        """Submits a file of ownership codes of any requests, with an answer for each row."""
        from services import submit_codes_file

        return await submit_codes_file.submit(self.client, self.fingerprints, given, by=by, **sending)

    async def resend_codes(self, reference: str, message: ResendCodes, **sending: Unpack[Sending]) -> Answer:
        """Asks Telnyx for new ownership codes."""
        return await self.send(reference, message, **sending)

    async def store_documents(self, reference: str, given: CheckedDocuments) -> StoredDocuments:
        """Stores documents of a request that has not ended; `replace_documents` then names them to the request."""
        from services import submit_documents

        return await submit_documents.store(self.client, self.store, reference, given)

    async def replace_documents(self, reference: str, message: ReplaceDocuments, **sending: Unpack[Sending]) -> Answer:
        """Submits an LOA, a bill or both, stored before. What is absent stays as it was."""
        return await self.send(reference, message, **sending)

    async def retry_numbers(self, reference: str, message: RetryNumbers, **sending: Unpack[Sending]) -> Answer:
        """Gives numbers on hold an order of their own."""
        return await self.send(reference, message, **sending)

    async def give_up(self, reference: str, message: GiveUp, **sending: Unpack[Sending]) -> Answer:
        """Stops trying for some numbers. The others go on."""
        return await self.send(reference, message, **sending)

    async def answer(self, reference: str, message: AnswerAsk, **sending: Unpack[Sending]) -> Answer:
        """Answers an ask that offers choices."""
        return await self.send(reference, message, **sending)

    async def cancel(self, reference: str, message: Cancel, **sending: Unpack[Sending]) -> Answer:
        """Stops a whole request and deletes its order where that is safe."""
        return await self.send(reference, message, **sending)

    # Telnyx accounts

    async def show_account(self, account: str, *, within: float = delays.WORKER_WITHIN) -> AccountProgress:
        """Where an account stands; `partial` when no worker answered within so many seconds."""
        from services import accounts

        return await accounts.show(self.client, account, within=within)

    async def requests_under_way(self, account: str) -> int:
        """How many requests of an account have not ended."""
        from services import accounts

        return await accounts.under_way(self.client, account)

    async def stopped_accounts(self) -> Sequence[str]:
        """The names of the accounts that Telnyx refuses."""
        from services import accounts

        return await accounts.stopped(self.client)

    async def resume_account(self, account: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
        """Reports that a stopped account works again, so that all its requests go on."""
        from services import accounts

        return await accounts.resume(self.client, account, by=by, **sending)

    async def answer_transfer(self, request: AnswerTransferRequest) -> TransferResult:
        """Approves or rejects, at Telnyx, that another account takes numbers over."""
        from services import transfers

        return await transfers.answer(self.client, request)

    # Notifications

    async def events(self, since: datetime, reference: str | None = None) -> Deliveries:
        """The notifications since an instant, the newest first, with the state of their delivery if there is one.

        Raises:
            Refused: there is none, and the namespace was never set up.
        """
        from services import nothing_found, notifications

        events = await notifications.events(self.client, since, reference)
        if not events.found:
            await nothing_found.prove_set_up(self.client)
        return events

    async def replay_events(self, since: datetime, reference: str | None = None) -> ReplayResult:
        """Sends the notifications since an instant to the outbound webhooks again; people get no second one.

        Raises:
            Refused: there is none, and the namespace was never set up.
        """
        from services import nothing_found, notifications

        done = await notifications.replay(self.client, since, reference)
        if not done.events:
            await nothing_found.prove_set_up(self.client)
        return done

    # The installation

    async def setup(self) -> SetupResult:
        """Registers the search attributes and creates the schedules. A second call changes nothing."""
        from services import setup

        return await setup.set_up(self.client)

    @staticmethod
    def doctor(*, account: str = "default", profile: str = "", orphans: bool = False) -> AsyncIterator[Finding]:
        """Yields one finding for each check of this installation. It needs no connection: it tests that one as well.

        Args:
            account: the Telnyx account whose key is tried.
            profile: a messaging profile whose webhook is looked at. Empty: none.
            orphans: whether to look for open orders without a request, which takes a while.
        """
        from services import doctor

        return doctor.examine(account=account, profile=profile, orphans=orphans)

    @staticmethod
    def explain(status: str) -> Sequence[Explanation]:
        """What each table says about a status of Telnyx; nothing when none knows it."""
        from domain import explain

        return explain.explain(status)
