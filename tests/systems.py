"""What one system has and another has not."""

import signal
import sys

import pytest

NEEDS_FORK = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no forks that anything could go wrong in")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Ends a process at once, with nothing that it could do about it; on Windows either signal does."""
