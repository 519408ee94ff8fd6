"""Variables of the environment that look like settings and are none: each is refused with the name that was meant."""

from collections.abc import Mapping

from domain.text import nearest
from runtime import secret_files
from runtime.setting_fields import PREFIX, SECRETS, SettingFields

TEMPORAL_VARIABLES = {
    *("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE"),
    *("TEMPORAL_TLS", "TEMPORAL_TLS_SERVER_NAME", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"),
    *("TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_CERT_DATA"),
    *("TEMPORAL_TLS_CLIENT_KEY_PATH", "TEMPORAL_TLS_CLIENT_KEY_DATA"),
    *("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "TEMPORAL_TLS_SERVER_CA_CERT_DATA"),
    *("TEMPORAL_CODEC_ENDPOINT", "TEMPORAL_CODEC_AUTH"),
}
"""What `temporalio.envconfig` reads, besides `TEMPORAL_GRPC_META_…`."""
_ALMOST = 0.9
"""How similar a misspelled name is, as `difflib` counts. `TEMPORAL_CLI_ADDRESS`, of an older command, is less so."""
_LONGEST_SHOWN = 80


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = SettingFields.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def mistakes(environment: Mapping[str, str]) -> list[str]:
    """One sentence for each variable that nothing reads, although its name says that we do."""
    unknown = [_unknown(name) for name in sorted(environment) if _is_unknown(name)]
    return unknown + [sentence for name in sorted(environment) if (sentence := _misspelled(name, environment))]


def fields() -> dict[str, str]:
    """The field of each environment variable."""
    return {variable(field): field for field in SettingFields.model_fields}


def files_of_secrets() -> set[str]:
    """The variables that name the file of a secret, such as `TELNYX_API_KEY_FILE`."""
    return {name + secret_files.SUFFIX for name in (*map(variable, SECRETS), secret_files.TEMPORAL)}


def _is_unknown(name: str) -> bool:
    return name.upper().startswith(PREFIX) and name.upper() not in fields().keys() | files_of_secrets()


def _unknown(name: str) -> str:
    if in_no_file := _in_no_file(name.upper()):
        return in_no_file
    # The prefix is the same for all, so it would make all of them similar.
    known = [*fields(), *sorted(files_of_secrets())]
    ours = [one.removeprefix(PREFIX) for one in known if one.startswith(PREFIX)]
    near = nearest(name.upper().removeprefix(PREFIX), ours)
    remedy = f"did you mean {PREFIX}{near}?" if near else "unset it; docs/settings.md lists all settings."
    return f"{name[:_LONGEST_SHOWN]} is set, but there is no such setting: {remedy}"


def _in_no_file(name: str) -> str:
    """A sentence about a file of a setting that is no secret; empty for every other variable."""
    setting = name.removesuffix(secret_files.SUFFIX)
    if name in TEMPORAL_VARIABLES | files_of_secrets() or setting == name:
        return ""
    if setting not in TEMPORAL_VARIABLES | fields().keys():
        return ""
    return f"{name} is set, but nothing reads it, since {setting} is read from no file: set {setting} itself."


def _misspelled(name: str, environment: Mapping[str, str]) -> str:
    """A sentence about a variable that is almost one of Temporal's or Telnyx's; empty for every other.

    Other programs have variables with the same beginning, so one that is merely unknown is none of our business.
    """
    ours = {known for known in fields().keys() | files_of_secrets() if not known.startswith(PREFIX)}
    others = TEMPORAL_VARIABLES | ours
    if name in others or not name.startswith(("TEMPORAL_", "TELNYX_")):
        return ""
    if in_no_file := _in_no_file(name):
        return in_no_file
    near = nearest(name, others - environment.keys(), cutoff=_ALMOST)
    if near is None or near.startswith(name):
        return ""
    return f"{name[:_LONGEST_SHOWN]} is set, but nothing reads it: did you mean {near}?"
