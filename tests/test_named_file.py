import errno
import os

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.named_file import file_to_write, named_file, replacing
from histories import locked_disk


def write(file, text="new", error=None):
    with replacing(file) as draft:
        draft.write_text(text)
        if error is not None:
            raise error


def failing(kind):
    def fail(*_arguments, **_options):
        raise OSError(kind, os.strerror(kind))

    return fail


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
@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EBUSY])
def test_a_folder_that_refuses_any_step_is_named_and_the_old_file_is_as_it_was(file, monkeypatch, step, kind):
    monkeypatch.setattr(step, failing(kind))
    with pytest.raises(InvalidInput) as caught:
        write(file)
    assert caught.value.message == f"{file} cannot be written: {os.strerror(kind)} in the folder {file.parent}."
    assert caught.value.advice.startswith("What was there is unchanged.")
    assert is_untouched(file)


def test_the_new_file_is_on_the_disk_before_it_takes_the_place(file, monkeypatch):
    seen = []
    sync = os.fsync
    monkeypatch.setattr("os.fsync", lambda descriptor: seen.append((file.read_text(), sync(descriptor))))
    write(file)
    assert seen == [("old", None)]


@pytest.mark.parametrize("mode", [0o640, 0o464])
def test_the_new_file_has_the_permissions_of_the_old_one(file, mode):
    file.chmod(mode)
    write(file)
    assert file.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o600, 0o464])
def test_what_is_being_written_is_its_writers_own_whatever_the_old_files_permissions(file, mode):
    file.chmod(mode)
    with replacing(file) as draft:
        assert draft.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_write_protected_stays_and_no_draft_of_it_is_begun(file, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, way: (path, way) != (file, os.W_OK))  # root may write to every file
    monkeypatch.setattr("pathlib.Path.touch", failing(errno.EACCES))
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match=r"file cannot be written: it is write-protected\."):
            use(file)
    assert is_untouched(file)


def test_a_disk_that_is_locked_is_told(file):
    with locked_disk(file.parent) as folder:
        if folder is None:
            pytest.skip("this user or machine cannot lock a disk")
        with pytest.raises(InvalidInput, match="it is write-protected"):
            write(file)
        with pytest.raises(InvalidInput, match=rf"another cannot be written: .* in the folder {folder}\."):
            write(folder / "another")
    assert is_untouched(file)


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(file)
    write(link)
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_link_that_leads_to_nothing_yet_stays_one_and_the_file_is_made(tmp_path):
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    write(link)
    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.parametrize(("leads_to", "why"), [("missing/file", r"in the folder .*missing\."), ("link", "link cannot")])
def test_a_link_that_can_lead_to_no_file_is_told_and_stays(tmp_path, leads_to, why):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / leads_to)
    with pytest.raises(InvalidInput, match=why):
        write(link)
    assert list(tmp_path.iterdir()) == [link]
    assert link.is_symlink()


def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path):
    longest = tmp_path / ("a" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    write(longest)
    assert longest.read_text() == "new"


def test_a_longer_one_is_told(tmp_path):
    longer = tmp_path / ("a" * (os.pathconf(tmp_path, "PC_NAME_MAX") + 1))
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match="a cannot be written: File name too long"):
            use(longer)


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "it is a folder"), ("missing/file", "there is no folder"), ("file/within", "there is no folder")],
)
def test_what_is_no_place_for_a_file_is_told(file, name, why):
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match=f"cannot be written: {why}"):
            use(file.parent / name)
    assert is_untouched(file)


def test_a_folder_that_nobody_may_look_into_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.stat", failing(errno.EACCES))  # root may look into every folder
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match="file cannot be written: Permission denied"):
            use(tmp_path / "file")


def test_a_working_folder_that_is_gone_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("os.getcwd", failing(errno.ENOENT))
    for use in (file_to_write, write):
        with pytest.raises(InvalidInput, match="file cannot be written: No such file or directory"):
            use("file")


def test_a_device_is_not_replaced():
    with pytest.raises(InvalidInput, match="it is a device"):
        write("/dev/null")


@pytest.mark.parametrize("name", [3, None, "~nobody-has-this-name/file", "zero\0byte", "half a character: \ud83d"])
def test_what_is_no_name_of_a_file_is_told(name):
    for use in (named_file, file_to_write, write):
        with pytest.raises(InvalidInput, match="is not the name of a file"):
            use(name)
