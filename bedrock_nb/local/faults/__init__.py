"""Everything that goes wrong with real streams, on demand: each fault is a model id."""

from bedrock_nb.local.faults.before_headers import BEFORE_HEADERS
from bedrock_nb.local.faults.fault import PARTIAL_TEXT, WHOLE_TEXT, Fault, When
from bedrock_nb.local.faults.mid_stream import MID_STREAM
from bedrock_nb.local.faults.odd import ODD

__all__ = ["FAULTS", "PARTIAL_TEXT", "WHOLE_TEXT", "Fault", "When"]

FAULTS = (*BEFORE_HEADERS, *MID_STREAM, *ODD)
"""Every fault there is. `Fault.model_id` asks the endpoint for it."""
