"""A guardrail as people write it."""

from __future__ import annotations


def guardrail_config(written: str) -> dict[str, str]:
    """The members that `id` or `id:version` amounts to, where the id may be an ARN; without a version it is DRAFT.

    Raises:
        ValueError: It has no id, or nothing after its colon.
    """
    # An ARN has colons too, but none after its last slash.
    start, slash, rest = written.strip().rpartition("/")
    identifier, colon, version = rest.partition(":")
    if not identifier:
        raise ValueError("it has no id of a guardrail")
    if colon and not version:
        raise ValueError("it has no version after its colon; the draft is DRAFT")
    return {"guardrailIdentifier": start + slash + identifier, "guardrailVersion": version or "DRAFT"}
