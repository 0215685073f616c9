"""One answer, all the way: a cell in a real notebook, real boto3, the embedded endpoint, and what is left of it."""

CELL = """%%bedrock answer << --temperature 0
How does a response reach a notebook?"""


def test_an_answer_is_seen_to_grow_in_blocks_of_its_own_and_outlives_its_kernel(either_app):
    either_app.open(["%load_ext bedrock_nb\n%bedrock local", CELL, "answer.complete, _ is answer"])
    either_app.run_cell(0)
    either_app.watch_text(1, ".bnb-panel")
    either_app.run_cell(1)
    assert len(set(either_app.text_lengths(1))) >= 5
    output = either_app.output(1)
    for kind in ("reasoning", "text", "tool"):
        assert output.locator(f".bnb-block.bnb-{kind}").count() >= 1, kind

    either_app.run_cell(2)
    assert either_app.output(2).inner_text().endswith("(True, True)")
    either_app.save()
    bundles = [saved.data for saved in either_app.saved_outputs(1)]
    assert len(bundles) == 1, "the answer is shown once"
    assert {"text/html", "text/markdown", "text/plain"} < bundles[0].keys()
    assert not any("widget" in mime for mime in bundles[0])
    assert "<script" not in bundles[0]["text/html"]

    seen = output.inner_text()
    either_app.shutdown_kernel()
    either_app.reload()
    output.get_by_text("scripted answer").first.wait_for()
    assert either_app.output(1).inner_text() == seen
    assert either_app.console_errors == []
