"""Prints docs/settings.md from the table of settings, so that the page cannot go stale."""

import sys
from textwrap import fill
from typing import TYPE_CHECKING

from runtime import secret_files
from runtime.setting_fields import SECRETS
from runtime.settings import Settings, default_text, variable

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_WIDTH = 120
_HEAD = """# Settings

Every setting is an environment variable. An empty variable counts as unset. A process does not start when a variable
begins with `HOSTED_SMS_` and is not in this table. This page is generated:
`python -m runtime.settings_page > docs/settings.md`.

| variable | value | default | meaning |
|---|---|---|---|
"""

_TAIL = """
## Secrets in files

{secrets}

Add `_FILE` to the name, as in `TELNYX_API_KEY_FILE=/run/secrets/telnyx`. The environment of a process is passed on to
each that it starts, and many tools show it; a file is not. The line end at the end of the file does not count. A
process does not start when the file cannot be read, is empty or no regular file, or when the variable itself is set as
well.

## Temporal

Temporal's standard variables name the server, as for the `temporal` command: `TEMPORAL_ADDRESS` (default
`localhost:7233`), `TEMPORAL_NAMESPACE` (default `default`), `TEMPORAL_API_KEY`, `TEMPORAL_TLS`,
`TEMPORAL_TLS_CLIENT_CERT_PATH`, `TEMPORAL_TLS_CLIENT_KEY_PATH`, `TEMPORAL_TLS_SERVER_CA_CERT_PATH` and
`TEMPORAL_TLS_SERVER_NAME`. They may also stand in a profile: `TEMPORAL_CONFIG_FILE` names the file and
`TEMPORAL_PROFILE` the profile.

## Proxies and certificates

The variables that other tools read, `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and `SSL_CERT_FILE`, count here as well:
see [operations](operations.md#proxies-and-private-certificate-authorities).

## Several Telnyx accounts

`HOSTED_SMS_ACCOUNTS` names a TOML file. The account `default` always comes from the `TELNYX_` variables.

```toml
[accounts.acme]
api_key_file = "/run/secrets/acme"      # or api_key = "KEY…"
public_key = "base64…"                  # or public_key_file; optional
base_url = "https://api.telnyx.com/v2"  # optional; the default is TELNYX_BASE_URL
```

## Channels and outbound webhooks

`HOSTED_SMS_NOTIFY` and `[[channels]]` need the extra `notify` (`pip install 'hosted-sms[notify]'`). The image has it.
A filter that is left out lets everything through. See [notifications](notifications.md).

```toml
[[channels]]
url_file = "/run/secrets/acme-chat"   # or url, as https://github.com/caronc/apprise lists them
accounts = ["acme"]                   # optional: only these Telnyx accounts
customers = ["c-1"]                   # optional: only these customers
events = ["ask_opened"]               # optional: only these events
escalation = true                     # optional: only escalated questions, and what `events` names
name = "acme-chat"                    # optional: its name in logs

[[webhooks]]
url = "https://example.com/hosted-sms"
secret_file = "/run/secrets/webhook"  # or secret = "whsec_…"; accounts, customers, events and name as above
```
"""


def page() -> str:
    """The whole page, as Markdown."""
    names = [f"`{name}`" for name in (*map(variable, SECRETS), secret_files.TEMPORAL)]
    secrets = f"{', '.join(names[:-1])} and {names[-1]} may stand in a file instead."
    rows = "".join(_row(field, info) for field, info in Settings.model_fields.items())
    return _HEAD + rows + _TAIL.replace("{secrets}", fill(secrets, _WIDTH))


def _row(field: str, info: "FieldInfo") -> str:
    default = f"`{default_text(field)}`" if default_text(field) else "unset"
    return f"| `{variable(field)}` | {info.title} | {default} | {info.description} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
