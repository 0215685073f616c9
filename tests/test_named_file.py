import errno
import os

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.named_file import file_to_write, named_file, replacing


def write(file, text="new", error=None):
    with replacing(file) as draft:
        draft.write_text(text)
        if error is not None:
            raise error


@pytest.fixture
def file(tmp_path):
    """A file that is there, in a folder with nothing else in it."""
    file = tmp_path / "file"
    file.write_text("old")
    return file


def is_untouched(file):
    return file.read_text() == "old" and list(file.parent.iterdir()) == [file]


def test_a_file_is_made_or_replaced_and_nothing_is_left_beside_it(file, tmp_path):
    write(file)
    write(tmp_path / "another", "first")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"file": "new", "another": "first"}


def test_until_the_new_file_is_whole_the_old_one_is_there(file):
    with replacing(file) as draft:
        draft.write_text("ne")
        assert file.read_text() == "old"
    assert file.read_text() == "ne"


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError])
def test_an_error_in_mid_writing_leaves_the_old_file_and_goes_on(file, kind):
    with pytest.raises(kind):
        write(file, "ne", error=kind)
    assert is_untouched(file)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.touch"])
def test_a_disk_that_fails_at_any_step_leaves_the_old_file_and_is_told(file, monkeypatch, step):
    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, fail)
    with pytest.raises(InvalidInput, match=r"file cannot be written: No space left on device\."):
        write(file)
    assert is_untouched(file)


def test_the_new_file_is_on_the_disk_before_it_takes_the_place(file, monkeypatch):
    seen = []
    sync = os.fsync
    monkeypatch.setattr("os.fsync", lambda descriptor: seen.append((file.read_text(), sync(descriptor))))
    write(file)
    assert seen == [("old", None)]


def test_the_new_file_has_the_permissions_of_the_old_one(file):
    file.chmod(0o640)
    write(file)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(file)
    write(link)
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path):
    longest = tmp_path / ("a" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    write(longest)
    assert longest.read_text() == "new"


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "it is a folder"), ("missing/file", "there is no folder"), ("file/within", "there is no folder")],
)
def test_what_is_no_place_for_a_file_is_told(file, name, why):
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match=f"cannot be written: {why}"):
            use(file.parent / name)
    assert is_untouched(file)


def test_a_device_is_not_replaced():
    with pytest.raises(InvalidInput, match="it is a device"):
        write("/dev/null")


@pytest.mark.parametrize("name", [3, None, "~nobody-has-this-name/file", "zero\0byte"])
def test_what_is_no_name_of_a_file_is_told(name):
    for use in (named_file, file_to_write, write):
        with pytest.raises(InvalidInput, match="is not the name of a file"):
            use(name)
