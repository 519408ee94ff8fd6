"""`hosted-sms retry` and `hosted-sms give-up`: what to do with numbers that did not succeed."""

from commands import answers, connection
from commands.options import CHANGE, Change, Numbers, Reference, Why
from services.endings import Ending


async def retry(reference: Reference, numbers: Numbers, /, *, change: Change = CHANGE) -> Ending:
    """Give numbers on hold an order of their own.

    Use this once the cause is resolved.
    """
    from domain.messages import RetryNumbers
    from services import parsing

    message = RetryNumbers(phone_numbers=parsing.phone_numbers(numbers), by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.retry_numbers(reference, message, **change.sending()), as_json=change.json)


async def give_up(reference: Reference, numbers: Numbers, /, *, why: Why = "", change: Change = CHANGE) -> Ending:
    """Stop trying for some numbers. The others go on."""
    from domain.messages import GiveUp
    from services import parsing

    message = GiveUp(phone_numbers=parsing.phone_numbers(numbers), why=why, by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.give_up(reference, message, **change.sending()), as_json=change.json)
