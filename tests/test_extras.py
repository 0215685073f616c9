import json

import pytest

from bedrock_nb.core.errors import MissingExtra
from bedrock_nb.extras import is_usable, load_extra


def load(module):
    return load_extra(module, extra="tools", purpose="Tools")


def test_what_is_installed_is_loaded():
    assert load("json") is json


@pytest.mark.parametrize("module", ["nothing_here", "nothing_here.within"])
def test_what_is_not_is_told_with_the_way_to_install_it(module):
    with pytest.raises(MissingExtra, match=r"^Tools need nothing_here, which is not installed\.") as caught:
        load(module)
    assert caught.value.advice == 'Install it with: pip install "bedrock-nb[tools]"'


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import what_it_needs", "ModuleNotFoundError: No module named 'what_it_needs'"),
        ("raise ImportError('DLL load failed')", "ImportError: DLL load failed"),
        ("raise SystemError('its core is of another version')", "SystemError: its core is of another version"),
        ("import json; json.gone", "AttributeError: module 'json' has no attribute 'gone'"),
        ("def", "SyntaxError: invalid syntax"),
    ],
)
def test_what_is_installed_and_cannot_be_loaded_is_told_as_that(broken, code, why):
    broken("lacking_library", code)
    with pytest.raises(MissingExtra) as caught:
        load("lacking_library")
    assert caught.value.message.startswith(
        f"Tools need lacking_library, which is installed and cannot be loaded ({why}"
    )
    assert caught.value.advice == "Mend it and restart the kernel: pip install --force-reinstall lacking_library"
    assert why.startswith(type(caught.value.__cause__).__name__)


def test_a_part_that_an_installed_library_lacks_does_not_make_it_a_missing_one():
    with pytest.raises(MissingExtra, match=r"need json, which is installed and cannot be loaded .*'json\.within'"):
        load("json.within")


def test_an_interrupt_while_it_loads_is_an_interrupt(broken):
    broken("slow_library", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load("slow_library")


@pytest.mark.parametrize(("module", "usable"), [("json", True), ("nothing_here", False), ("json.within", False)])
def test_what_can_be_done_without_is_asked_for(module, usable):
    assert is_usable(lambda: load(module)) is usable
