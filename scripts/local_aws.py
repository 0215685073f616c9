"""The environment in which boto3 speaks to the embedded endpoint and to nothing else."""

import os


def local_aws_environment(endpoint_url: str) -> dict[str, str]:
    """This process's environment, with the embedded endpoint and made-up credentials for the user's settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BEDROCK_NB_"))}
    return environment | {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
