"""Recordings as files of their own: JSON lines, plain or packed, in the form of `bedrock_nb.core.encoding.codec`."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TypeVar

from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.named_file import named_file, replacing

R = TypeVar("R", bound=Recording)

_ENDINGS = (".jsonl", ".jsonl.gz")
LARGEST = 2**30
"""Bytes that a compressed file may hold: a small one can be made to fill any memory."""
_GZIP = zlib.MAX_WBITS | 16


def save(recording: Recording, path: str | Path) -> Path:
    """Write the recording to a file, all of it or nothing; a file that is there is replaced. Gives the path.

    Args:
        recording: What to write.
        path: Where; the name ends in .jsonl, or in .jsonl.gz for a compressed file.

    Raises:
        InvalidInput: The name has another ending, or the file cannot be written.
    """
    file = _checked(path)
    data = "".join(recording.to_lines()).encode()
    if file.suffix == ".gz":
        data = gzip.compress(data, mtime=0)  # the same recording gives the same bytes
    with replacing(file) as draft:
        draft.write_bytes(data)
    return file


def load(path: str | Path, recording_type: type[R]) -> R:
    """The recording of a file; where its writing was cut off, up to the last whole event, and its `failure` says so.

    Raises:
        InvalidInput: The name has another ending than .jsonl or .jsonl.gz, or the file cannot be read.
        UnreadableRecording: It is of a newer version, or not a recording.
    """
    file = _checked(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The recording {file} cannot be read: {error.strerror or error}.") from error
    if file.suffix == ".gz":
        data = _decompressed(data, file)
    try:
        # The last character may be cut in two; the line that it stands in is not whole anyway.
        return recording_type.from_lines(data.decode("utf-8-sig", errors="replace").split("\n"))
    except UnreadableRecording as error:
        raise UnreadableRecording(f"{file}: {error.message}", advice=error.advice) from error


def _checked(path: str | Path) -> Path:
    file = named_file(path)
    if not file.name.endswith(_ENDINGS):
        raise InvalidInput(f"A recording is kept in a file that ends in .jsonl or .jsonl.gz, not in {file.name}.")
    return file


def _decompressed(data: bytes, file: Path) -> bytes:
    """What the file holds, in one part or several joined end to end, up to where it breaks off."""
    parts, size = [], 0
    while data:
        decompressor = zlib.decompressobj(_GZIP)
        try:
            parts.append(decompressor.decompress(data, LARGEST - size + 1))
        except zlib.error as error:
            raise UnreadableRecording(f"{file} is not a compressed recording: {error}.") from error
        size += len(parts[-1])
        if size > LARGEST:
            raise UnreadableRecording(f"{file} is too large to be a recording: more than {LARGEST:,} bytes.")
        data = decompressor.unused_data
    return b"".join(parts)
