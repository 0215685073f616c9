"""Where a link may lead: out into the web or to a mailbox, openly, and nowhere else."""

import pytest

from bedrock_nb.views.markdown.links import is_accepted, is_picture, leads_out


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example",
        "HTTP://X.example/a@b?c=d@e#f@g",
        "http://[::1]:8888/",
        "mailto:me@x.example",
        "https://x.example:8080",
    ],
)
def test_addresses_that_lead_out(address):
    assert is_accepted(address)
    assert leads_out(address)


@pytest.mark.parametrize(
    "address",
    ["", "/lab", "//x.example", "#a", "?a", "a.md", "https:x", "https:///x", "mailto:", "http://[", "https://a@x.example",
     "\\\\x.example", "/\\x.example", "www.x.example"],
)  # fmt: skip
def test_addresses_that_lead_nowhere_or_elsewhere_than_they_seem_to(address):
    assert not leads_out(address)


@pytest.mark.parametrize(
    "address", ["javascript:x", " javascript:x", "JavaScript:x", "data:text/html,x", "x-y+z.1:a", "ftp://x"]
)
def test_other_schemes_make_no_link_at_all(address):
    assert not is_accepted(address)
    assert not leads_out(address)


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "PNG"])
def test_pictures_that_can_be_shown(kind):
    assert is_picture(f"data:image/{kind};base64,iVBORw0KGgo=")


@pytest.mark.parametrize(
    "address",
    ["https://x.example/a.png", "data:image/svg+xml;base64,AAAA", "data:image/png,AAAA", "data:image/png;base64,",
     'data:image/png;base64,AA"x', "data:image/png;charset=x;base64,AAAA", "data:text/html;base64,AAAA", "a.png"],
)  # fmt: skip
def test_what_would_be_fetched_or_could_run_is_no_picture(address):
    assert not is_picture(address)
