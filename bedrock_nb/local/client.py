"""A boto3 client that speaks to the local endpoint and to nothing else."""

import os
from functools import cache
from threading import Lock
from typing import Any, Literal

import boto3
import botocore.session
from botocore.config import Config

NOTHING_FROM_OUTSIDE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's session variables, as (name in the config file, environment variable, default, conversion)."""

STANDALONE = Config(
    signature_version="v4",  # a bearer token in the environment would win over the keys, and http refuses it
    proxies={},
)
_one_at_a_time = Lock()


def standalone_client(
    service: Literal["bedrock", "bedrock-runtime"], url: str, region: str, config: Config | None, **options: Any
) -> Any:
    """The client; the machine's profiles, credentials and proxies are left aside."""
    merged = STANDALONE.merge(config) if config else STANDALONE
    with _one_at_a_time:  # boto3's sessions are not made for several threads
        return _session(region).client(service, endpoint_url=url, config=merged, **options)


@cache
def _session(region: str) -> boto3.Session:
    """One session for all clients: it reads botocore's large service models once."""
    return boto3.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - a dummy: nothing checks it
        region_name=region,
        botocore_session=botocore.session.Session(session_vars=NOTHING_FROM_OUTSIDE),
    )
