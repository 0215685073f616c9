"""The profiles and regions that this machine's boto3 knows of, without asking anybody."""

from __future__ import annotations


def profiles() -> list[str]:
    """The profiles of the AWS configuration; none where it cannot be read."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        return sorted(Session().available_profiles)
    except BotoCoreError:
        return []


def regions() -> list[str]:
    """The regions where Bedrock is, as far as this boto3 knows; none where the AWS configuration cannot be read."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        return sorted(Session().get_available_regions("bedrock"))  # it has no list for bedrock-runtime
    except BotoCoreError:
        return []
