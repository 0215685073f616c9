"""What is loaded when, seen in a Python of its own."""

import subprocess
import sys

import pytest

HEAVY = ("boto3", "botocore", "pandas", "pydantic", "anywidget", "ipywidgets", "pyarrow", "genai_prices", "IPython")


def loaded_after(code):
    told = f"import sys\n{code}\nprint(*sorted(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout.split()


def test_importing_the_package_loads_none_of_the_heavy_libraries():
    assert loaded_after("import bedrock_nb") == []


def test_looking_at_its_names_loads_none_of_them_either():
    assert loaded_after("import bedrock_nb; dir(bedrock_nb); bedrock_nb.Recording; bedrock_nb.BedrockError") == []


@pytest.mark.parametrize("name", ["stream", "converse", "Conversation", "tool", "content.image"])
def test_the_functions_load_boto3_when_they_are_called_and_not_before(name):
    assert not set(loaded_after(f"import bedrock_nb; bedrock_nb.{name}")) & {"boto3", "pandas", "anywidget", "pydantic"}


def test_the_extension_loads_nothing_but_itself():
    code = """
from IPython.core.interactiveshell import InteractiveShell
before = set(sys.modules)
shell = InteractiveShell()
shell.run_line_magic("load_ext", "bedrock_nb")
new = {name for name in set(sys.modules) - before if name.startswith("bedrock_nb.")}
heavy = {"bedrock_nb.wire.stream", "bedrock_nb.core.turn", "bedrock_nb.views.live.widget", "bedrock_nb.local"}
assert not new & heavy, new & heavy
"""
    assert loaded_after(code) == ["IPython"]
