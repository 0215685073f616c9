import base64

from bedrock_nb.local.answer import Cited
from bedrock_nb.local.scripts.sources import INVENTED, citations

POLICY = "Employees get 20 days of leave. Ask your manager! More is not said."


def request(*documents):
    blocks = [{"document": {"name": name, "format": kind, "source": source}} for name, kind, source in documents]
    return {"messages": [{"role": "user", "content": [{"text": "How much leave?"}, *blocks]}]}


def cited(answer):
    return [block for block in answer.blocks if isinstance(block, Cited)]


def test_the_first_sentences_of_the_document_are_cited_at_their_place():
    first, second, web = cited(citations(request(("Policy", "txt", {"text": POLICY}))))
    for passage in (first, second):
        place = passage.citation["location"]["documentChar"]
        assert POLICY[place["start"] : place["end"]] == passage.text == passage.citation["sourceContent"][0]["text"]
        assert (place["documentIndex"], passage.citation["title"]) == (0, "Policy")
    assert (first.text, second.text) == ("Employees get 20 days of leave.", "Ask your manager!")
    assert web.citation["location"]["web"]["domain"] == "example.com"


def test_the_first_document_that_is_text_is_taken():
    encoded = base64.b64encode(POLICY.encode()).decode()
    answer = citations(request(("Scan", "pdf", {"bytes": encoded}), ("Notes", "md", {"bytes": encoded})))
    assert cited(answer)[0].citation["location"]["documentChar"]["documentIndex"] == 1


def test_without_a_document_one_is_invented():
    assert cited(citations(request()))[0].citation["title"] == INVENTED["name"]


def test_repeated_sentences_are_cited_where_they_stand():
    first, second, _ = cited(citations(request(("Twice", "txt", {"text": "Same. Same."}))))
    assert [block.citation["location"]["documentChar"]["start"] for block in (first, second)] == [0, 6]


def test_cited_sentences_stand_apart():
    said = "".join(block.text for block in citations(request(("Policy", "txt", {"text": POLICY}))).blocks)
    assert "Employees get 20 days of leave. According to *Policy*: Ask your manager! And from the web: " in said
