import json

import pytest

from bedrock_nb.core.errors import MissingExtra
from bedrock_nb.notebook.extras import load_extra


def test_what_is_installed_is_loaded():
    assert load_extra("json", extra="tools", purpose="Tests") is json


def test_what_is_not_is_told_with_the_way_to_install_it():
    with pytest.raises(MissingExtra, match=r"Tools need nothing_here, which is not installed\.") as caught:
        load_extra("nothing_here.within", extra="tools", purpose="Tools")
    assert caught.value.advice == 'Install it with: pip install "bedrock-nb[tools]"'


def test_what_is_installed_and_lacks_something_itself_is_not_said_to_be_missing(tmp_path, monkeypatch):
    (tmp_path / "lacking_library.py").write_text("import what_it_needs")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="what_it_needs"):
        load_extra("lacking_library", extra="tools", purpose="Tools")
