"""`hosted-sms documents`."""

from commands import answers, connection, files
from commands.options import CHANGE, Bill, Change, Loa, Reference
from services.endings import Ending


async def documents(reference: Reference, /, *, loa: Loa = None, bill: Bill = None, change: Change = CHANGE) -> Ending:
    """Submit the LOA, the bill or both.

    What you leave out stays as it was.
    """
    from domain.messages import ReplaceDocuments
    from services import submit_documents

    checked = await submit_documents.check(files.pdf(loa), files.pdf(bill))
    hosted_sms = await connection.connect_for(reference)
    stored = await hosted_sms.store_documents(reference, checked)
    message = ReplaceDocuments(loa=stored.loa, bill=stored.bill, by=change.who())
    answer = await hosted_sms.replace_documents(reference, message, **change.sending())
    return answers.show(answer, as_json=change.json)
