"""Reading: what each library adds to a bare loop over boto3's events, which is the least that reading can cost."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from correctness import LIBRARIES, READERS, Library
from endpoints import Endpoints, model_id
from figures import Figure, failure, median_ratio

SIZE = 8_000
ROUNDS = 7
LIMIT_SECONDS = 120


def measure(pythons: Mapping[str, Path], size: int = SIZE, rounds: int = ROUNDS) -> list[Figure]:
    """Every library in its own process, in turns with the bare loop in that same process."""
    with Endpoints() as endpoints:
        return [
            figure
            for library in LIBRARIES
            if library.environment in pythons
            for figure in _figures(library, pythons[library.environment], endpoints, size, rounds)
        ]


def _figures(library: Library, python: Path, endpoints: Endpoints, size: int, rounds: int) -> Iterator[Figure]:
    command = [str(python), str(READERS / library.reader), "cost", model_id(size, paced=False), str(rounds)]
    variables = {**os.environ, **endpoints.environment, "PYTHONWARNINGS": "ignore"}
    try:
        ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=LIMIT_SECONDS)
    except subprocess.SubprocessError as error:
        print(f"  {library.name} fails: {error}", flush=True)
        yield failure(library.name, "CPU an event", error, size)
        return
    cost = json.loads(ran.stdout.splitlines()[-1])
    print(f"  {library.name}", flush=True)
    events = cost["events"]
    for place, kind in enumerate(("CPU", "wall")):
        bare = [round_[place] for round_ in cost["bare"]]
        with_library = [round_[place] for round_ in cost["library"]]
        yield Figure(library.name, f"{kind} an event", "s", tuple(seconds / events for seconds in with_library), size)
        yield Figure(
            library.name, f"{kind} an event, bare loop", "s", tuple(seconds / events for seconds in bare), size
        )
        yield Figure(library.name, f"{kind} over bare", "x", (median_ratio(with_library, bare),), size)
    yield Figure(library.name, "memory an event", "B", (cost["bytes_per_event"],), size)
