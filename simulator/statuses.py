"""The statuses of the Telnyx API, as its OpenAPI document spells them. The product has tables of its own."""

ELIGIBLE = "ELIGIBLE"

ELIGIBILITY_STATUSES = (
    ELIGIBLE,
    "NUMBER_IS_NOT_A_US_NUMBER",
    "NUMBER_CAN_NOT_BE_WIRELESS",
    "NUMBER_CAN_NOT_BE_IN_TELNYX",
    "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER",
    "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT",
    "NUMBER_CAN_NOT_BE_REPEATED",
    "NUMBER_CAN_NOT_BE_VALIDATED",
    "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER",
    "NUMBER_IS_NOT_IN_E164_FORMAT",
    "BILLING_ACCOUNT_CHECK_FAILED",
    "BILLING_ACCOUNT_IS_ABOLISHED",
)
"""The 12 answers of the eligibility check (docs/telnyx.md §3)."""

ORDER_STATUSES = (
    "pending",
    "loa_file_successful",
    "provisioning",
    "successful",
    "loa_file_invalid",
    "incomplete_documentation",
    "incorrect_billing_information",
    "compliance_review_failed",
    "carrier_rejected",
    "ineligible_carrier",
    "failed",
    "deleted",
)
"""The 12 statuses of an order (docs/telnyx.md §4)."""

NUMBER_STATUSES = (
    "pending",
    "ownership_successful",
    "provisioning",
    "successful",
    "deleted",
    "failed",
    "failed_activation",
    "failed_carrier_rejected",
    "failed_ineligible_carrier",
    "failed_number_already_hosted",
    "failed_number_not_found",
    "failed_ownership_verification",
    "failed_timeout",
)
"""The 13 statuses of a number in an order. REST does not list `ownership_successful` (docs/telnyx.md §2, §5)."""

DOCUMENTS_REFUSED = frozenset({"loa_file_invalid", "incomplete_documentation", "incorrect_billing_information"})
"""Statuses of an order whose documents were refused; new ones go to the same order (docs/telnyx.md §4)."""

UPLOAD_STATUSES = DOCUMENTS_REFUSED | {"pending"}
FINAL_ORDER_STATUSES = frozenset(
    {"successful", "compliance_review_failed", "carrier_rejected", "ineligible_carrier", "failed", "deleted"}
)
OPEN_NUMBER_STATUSES = frozenset({"pending", "ownership_successful"})
FINAL_NUMBER_STATUSES = frozenset(NUMBER_STATUSES) - OPEN_NUMBER_STATUSES - {"provisioning"}

METHODS = ("sms", "call")
"""How a code can be sent (docs/telnyx.md §1)."""
