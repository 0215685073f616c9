"""Recordings in S3: one object each, written once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.errors import AccessDenied, BedrockError, InvalidInput, NoCredentials, NoRegion, ServiceError
from bedrock_nb.wire.errors import translated

ENDING = ".jsonl.gz"
LARGEST = 256 * 2**20
"""Bytes of an object that is still read: a recording is never that large."""

_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?", re.IGNORECASE)
_KEY = "bedrock-nb-cache-key"
_ALREADY_THERE = {"PreconditionFailed", "ConditionalRequestConflict"}
_ADVICE: dict[type[BedrockError], str] = {
    NoCredentials: "Set them up with `aws configure` or `aws sso login`, or choose a profile with --profile.",
    NoRegion: "Name one with --region, AWS_REGION or your profile, for example us-east-1.",
}
"""What to do where Bedrock's own advice does not fit S3."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A recording's file as it lies in S3."""

    data: bytes
    cache_key: str | None


class SharedFolder:
    """A folder of recordings in S3, `s3://bucket/prefix`.

    Args:
        url: Where it is.
        profile: A profile of the AWS configuration.
        region: An AWS region.
        endpoint_url: Another endpoint than the region's own.

    Raises:
        InvalidInput: The address is none of S3.
        BedrockError: AWS cannot be reached as it is configured.
    """

    def __init__(
        self, url: str, *, profile: str | None = None, region: str | None = None, endpoint_url: str | None = None
    ) -> None:
        found = _URL.fullmatch(url)
        if found is None:
            raise InvalidInput(f"{url!r} is no address in S3.", advice="Give one such as s3://bucket/prefix.")
        self.url = url
        self._bucket = found["bucket"]
        prefix = (found["prefix"] or "").strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        with _errors_of(self.url):
            import boto3  # it takes 0.3 s to load, and not every notebook shares

            session = boto3.Session(profile_name=profile, region_name=region)
            self._client: Any = session.client("s3", endpoint_url=endpoint_url)

    def ids(self) -> list[str]:
        """The ids of the recordings in the folder."""
        with _errors_of(self.url):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            names = [entry["Key"].removeprefix(self._prefix) for page in pages for entry in page.get("Contents", [])]
        return [name.removesuffix(ENDING) for name in names if name.endswith(ENDING) and "/" not in name]

    def put(self, recording_id: str, data: bytes, cache_key: str | None = None) -> bool:
        """Write a recording's file, unless it is there already; whether it was written."""
        from botocore.exceptions import ClientError

        with _errors_of(self.url):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._name(recording_id),
                    Body=data,
                    ContentType="application/gzip",
                    Metadata={_KEY: cache_key} if cache_key else {},
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _ALREADY_THERE:
                    raise
                return False
        return True

    def get(self, recording_id: str) -> StoredObject:
        """A recording's file.

        Raises:
            InvalidInput: It is far larger than a recording ever is.
        """
        with _errors_of(self.url):
            found = self._client.get_object(Bucket=self._bucket, Key=self._name(recording_id))
            if found["ContentLength"] > LARGEST:
                raise InvalidInput(f"{self.url}/{recording_id} is too large to be a recording.")
            with found["Body"] as body:
                return StoredObject(body.read(), found.get("Metadata", {}).get(_KEY))

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def _name(self, recording_id: str) -> str:
        return f"{self._prefix}{recording_id}{ENDING}"


@contextmanager
def _errors_of(url: str) -> Iterator[None]:
    """Let botocore's errors out as the family's, in the words of S3."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - raised again in our words, with its cause where that tells no secret
        told = translated(error)
        raise _in_words_of_s3(told, url) from told.__cause__


def _in_words_of_s3(told: BedrockError, url: str) -> BedrockError:
    match told.code:
        case "NoSuchBucket":
            return InvalidInput(f"There is no bucket for {url}.", advice="Check its name, and the region and profile.")
        case "AccessDenied" | "403":
            advice = "Ask for s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on the folder."
            return AccessDenied(f"{url}: {told.message}", code=told.code, advice=advice)
    advice = _ADVICE.get(type(told), told.advice)
    told.advice = advice.replace("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_S3")
    if isinstance(told, ServiceError):
        return ServiceError(f"{url}: {told.message}", code=told.code, request_id=told.request_id)
    return told
