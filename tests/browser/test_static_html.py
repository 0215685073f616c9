"""The HTML of a finished panel on a page of its own, where there is neither Jupyter nor a script."""

import re

import pytest

from bedrock_nb.views.html.finished import html_of
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.slender import packed, slender_html
from views import samples

# All that a browser knows of how each element looks, and of what stands before and after it. That a direction is said
# once isolates nothing.
LOOKS = """async (html) => {
    document.body.innerHTML = html;
    for (const each of document.querySelectorAll("details")) each.open = true;
    await Promise.all([...document.images].map((image) => image.decode()));
    const look = (element, part) => {
        const style = getComputedStyle(element, part);
        const names = [...style].filter((name) => name !== "unicode-bidi" && !name.startsWith("--"));
        return names.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("\\n");
    };
    return [...document.querySelectorAll("article, article *")].map((element) => (
        [element.localName, look(element), look(element, "::before"), look(element, "::after")]
    ));
}"""


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("sample", [samples.prose, samples.tools, samples.cited, samples.oddities, samples.failed])
def test_packed_html_with_the_rules_that_it_needs_looks_the_same(page, sample):
    html = html_of(panel_of(sample()))
    looks = page.evaluate(LOOKS, html)
    assert page.evaluate(LOOKS, packed(slender_html(html))) == looks
    assert len(looks) > 10


def test_a_formula_is_read_once_where_a_host_leaves_neither_mathml_nor_any_attribute(page):
    panel = html_of(panel_of(samples.prose())).partition("</style>")[2]
    page.set_content(re.sub(r"<(\w+)[^<>]*>", r"<\1>", re.sub("</?m[a-z]+[^<>]*>", "", panel)))
    assert "With $n$ events of mean size $s$" in page.inner_text("body")
