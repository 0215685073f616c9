"""Open a copy of a notebook in JupyterLab, with boto3 speaking to the embedded endpoint; Ctrl-C ends both."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from bedrock_nb.local import LocalBedrock
from local_aws import local_aws_environment

PACE_SECONDS = 0.02
END_LIMIT_SECONDS = 20


def main() -> int:
    """Serve until JupyterLab ends or Ctrl-C is pressed; JupyterLab's exit code, or 0 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="where the copy is kept")
    arguments, for_jupyterlab = parser.parse_known_args()
    copy = keep_copy(arguments.notebook, arguments.into)
    with LocalBedrock(pace=PACE_SECONDS) as endpoint:
        print(f"Bedrock's stand-in listens at {endpoint.url}. Ctrl-C ends it and JupyterLab.", flush=True)
        return run_jupyterlab(copy, endpoint.url, for_jupyterlab)


def keep_copy(notebook: Path, folder: Path) -> Path:
    """Copy the notebook into the folder, unless a reader's own copy is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / notebook.name
    if copy.exists():
        print(f"Opening {copy} as you left it. Delete it to start afresh.")
    else:
        shutil.copy(notebook, copy)
    return copy


def run_jupyterlab(notebook: Path, endpoint_url: str, extra_arguments: list[str]) -> int:
    """Run JupyterLab until it ends, or until it is told to end along with us; without a question asked."""
    command = [sys.executable, "-m", "jupyterlab", str(notebook), "-y", "--log-level=WARN", *extra_arguments]
    if os.geteuid() == 0:
        command.append("--allow-root")
    environment = local_aws_environment(endpoint_url) | {"JUPYTER_PREFER_ENV_PATH": "1"}
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being told to end is the same as Ctrl-C
    with subprocess.Popen(command, env=environment) as jupyterlab:
        try:
            return jupyterlab.wait()
        except KeyboardInterrupt:
            jupyterlab.terminate()
            jupyterlab.wait(END_LIMIT_SECONDS)
            return 0


if __name__ == "__main__":
    sys.exit(main())
