"""Every workflow type that a worker runs."""

from workflows.check_numbers import CheckNumbers, FindOrphans, Preflight, ProbeWorker
from workflows.forget_documents import ForgetDocumentsDaily
from workflows.host_numbers import HostNumbers
from workflows.hosting_account import HostingAccount
from workflows.import_requests import ImportRequests
from workflows.tell_people import TellPeople
from workflows.transfers import AlertOfTransfer, AnswerTransfer

WORKFLOWS = (
    HostNumbers,
    HostingAccount,
    CheckNumbers,
    Preflight,
    FindOrphans,
    ProbeWorker,
    ForgetDocumentsDaily,
    ImportRequests,
    TellPeople,
    AlertOfTransfer,
    AnswerTransfer,
)
