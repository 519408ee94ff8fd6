"""Advice of Telnyx's guide that several statuses share (docs/telnyx.md §9, §10)."""

DOCUMENT_RULES = (
    "The LOA must use the latest template, must be signed and dated within the last 30 days, and must give exactly the"
    " name and address that the losing carrier has for the account holder. The bill must be last month's, and must show"
    " the same name and every number."
)
"""What Telnyx checks when it refuses documents; it never says which rule was broken."""

CARRIER_CASES = (
    "Known reasons: the LOA must name the account holder exactly; some carriers want a phone call to authorize the"
    " routing; Bandwidth, Aerialink and Callfire want their direct customer to consent."
)
"""Why a losing carrier rejects numbers; Telnyx does not pass its reason on."""
