"""`hosted-sms check`."""

from commands import connection, printer
from commands.options import TEXT, Account, Numbers, Output
from services.endings import Ending


async def check(numbers: Numbers, /, *, account: Account = "default", output: Output = TEXT) -> Ending:
    """Ask Telnyx whether numbers can be hosted. Nothing is ordered."""
    from services import parsing

    wanted, name = parsing.phone_numbers(numbers), parsing.account(account)
    hosted_sms = await connection.connect()
    report = await hosted_sms.check(name, wanted)
    if output.json:
        printer.dump(report)
    else:
        for number in report.numbers:
            printer.write(f"{number.phone_number}  {'yes' if number.eligible else 'NO '}  {number.status}")
            printer.write_wrapped(number.because, indent=2)
    if not report.not_known:
        return Ending.DONE
    rows = "\n".join(f"{number.phone_number}  not known  {number.because}" for number in report.not_known)
    printer.fail(f"{rows}\nCheck these numbers again later.", as_json=output.json)
    return Ending.REFUSED
