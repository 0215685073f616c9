"""The command `bedrock-nb`: serves the local endpoint until Ctrl-C."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING

from bedrock_nb import __version__

if TYPE_CHECKING:
    from bedrock_nb.local import LocalBedrock

USAGE_ERROR = 2
BEARER = "AWS_BEARER_TOKEN_BEDROCK"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status: 0 after Ctrl-C, 2 where it can't listen as asked."""
    options = _parser().parse_args(arguments)
    try:
        return _serve(options)
    except KeyboardInterrupt:
        sys.stdout.write("\nStopped.\n")
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bedrock-nb", description="Tools beside the %%bedrock cell magic.")
    parser.add_argument("--version", action="version", version=f"bedrock-nb {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="serve a local Bedrock endpoint with scripted models",
        description="Serve a Bedrock Runtime endpoint on this machine, with scripted models and real event "
        "streams: for demos, tests and working offline. Ctrl-C ends it.",
    )
    serve.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    serve.add_argument("--pace", type=float, default=0.02, help="seconds between events (default: %(default)s)")
    serve.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    return parser


def _serve(options: argparse.Namespace) -> int:
    """Say how to reach the endpoint and wait for Ctrl-C or a SIGTERM; 2 where it can't listen as asked."""
    # boto3's data and the scripts are loaded for the command that needs them
    from bedrock_nb.local import LocalBedrock

    try:
        endpoint = LocalBedrock(host=options.host, port=options.port, pace=options.pace).start()
    except ValueError as error:
        return _failed(str(error))
    except (OSError, OverflowError) as error:
        problem = getattr(error, "strerror", None) or error
        return _failed(
            f"can't listen on port {options.port} of {options.host}: {problem}. "
            "Choose another with --port, or leave it out for a free one."
        )
    with endpoint:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sys.stdout.write(_greeting(endpoint))
        sys.stdout.flush()
        Event().wait()
    return 0


def _greeting(endpoint: "LocalBedrock") -> str:
    from bedrock_nb.local import FAULTS, SCRIPTED_MODELS

    exports = [f"  export {name}={value}" for name, value in endpoint.environment.items()]
    if BEARER in os.environ:
        exports.append(f"  unset {BEARER}   # it would win over the keys, and is refused over http")
    models = [f"  {model.model_id:<36} {model.summary}" for model in SCRIPTED_MODELS]
    lines = [
        f"Local Bedrock endpoint at {endpoint.url}: scripted answers, no model behind them.",
        "",
        "Point boto3, the AWS CLI or any other SDK at it:",
        *exports,
        "",
        "Models:",
        *models,
        f"  and {len(FAULTS)} faults on demand, such as {FAULTS[0].model_id}",
        "",
        "Press Ctrl-C to stop.",
    ]
    return "\n".join(lines) + "\n"


def _failed(message: str) -> int:
    sys.stderr.write(f"bedrock-nb: {message}\n")
    return USAGE_ERROR
