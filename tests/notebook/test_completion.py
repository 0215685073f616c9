import pytest

from bedrock_nb.notebook.completion import LOOK_UP


def test_files_are_completed_within_their_folder(tmp_path):
    (tmp_path / "report.pdf").touch()
    (tmp_path / "reports").mkdir()
    (tmp_path / ".hidden").touch()
    offered = sorted(LOOK_UP["files"](f"{tmp_path}/rep"))
    assert [each.removeprefix(str(tmp_path)) for each in offered] == ["/report.pdf", "/reports/"]


@pytest.mark.parametrize("word", ["/no/such/folder/", "~nobody-has-this-name/"])
def test_where_there_is_no_such_folder_nothing_is_offered(word):
    assert list(LOOK_UP["files"](word)) == []
