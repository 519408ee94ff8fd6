"""Faults that survive because they change nothing that anybody could notice, each with the reason in one line."""

EQUIVALENT: dict[str, str] = {}
"""By the fault's name, as `make mutants` prints it behind the line."""
