"""What is sent to the page: the whole panel as a snapshot, or as a patch what changed since the last.

Both are plain JSON. `apply` is the page's part of it, said in Python; a property test holds
`apply(snapshot(a), patch(a, b)) == snapshot(b)` for any two panels, and the page's own `apply` is tested against it.
"""

from __future__ import annotations

from typing import Any

from bedrock_nb.views.html.rendered_blocks import RenderedBlock
from bedrock_nb.views.html.rendered_panel import RenderedPanel
from bedrock_nb.views.panel.growing import Body
from bedrock_nb.views.strings import common_prefix_length, utf16_length

Json = dict[str, Any]

_NOTHING = RenderedBlock("", "")


def snapshot(panel: RenderedPanel) -> Json:
    """The whole panel."""
    return {**_around(panel), "blocks": [_whole_block(block) for block in panel.blocks]}


def size(panel: RenderedPanel) -> int:
    """About how many characters the whole panel has."""
    bodies = (block.body for block in panel.blocks)
    return sum(len(body.tail) + sum(map(len, body.fragments)) for body in bodies)


def patch(before: RenderedPanel, after: RenderedPanel) -> Json:
    """What changed: only the members of a snapshot that did, only the blocks that did, and in them only their ends.

    `order` is there when blocks came or went. A block that the page does not have yet is patched from an empty one. A
    tail, and the first new fragment, are told as a splice of the tail before: [characters kept, what follows].
    """
    old, new = _around(before), _around(after)
    changes: Json = {name: value for name, value in new.items() if value != old[name]}
    keys = [block.key for block in after.blocks]
    if keys != [block.key for block in before.blocks]:
        changes["order"] = keys
    known = {block.key: block for block in before.blocks}
    blocks = {block.key: _block_patch(known.get(block.key), block) for block in after.blocks}
    if changed := {key: change for key, change in blocks.items() if change}:
        changes["blocks"] = changed
    return changes


def _around(panel: RenderedPanel) -> Json:
    return {
        "state": panel.state.value,
        "live": panel.state.is_live,
        "ticking": panel.is_ticking,
        "strip": panel.strip,
        "timeline": panel.timeline,
    }


def _whole_block(block: RenderedBlock) -> Json:
    return {
        "key": block.key,
        "frame": block.frame,
        "head": block.head,
        "fragments": list(block.body.fragments),
        "tail": block.body.tail,
        "foot": block.foot,
    }


def _block_patch(before: RenderedBlock | None, after: RenderedBlock) -> Json:
    if before is None:
        return {"frame": after.frame, **_block_patch(_NOTHING, after)}
    if before is after:
        return {}
    changes: Json = {
        name: getattr(after, name)
        for name in ("frame", "head", "foot")
        if getattr(after, name) != getattr(before, name)
    }
    return changes | _body_patch(before.body, after.body)


def _body_patch(before: Body, after: Body) -> Json:
    changes: Json = {}
    old, new = before.fragments, after.fragments
    changed: Json = {str(n): html for n, html in enumerate(new) if n >= len(old) or html != old[n]}
    if len(new) > len(old):  # most often it was the tail a moment ago, but for a few letters
        changed[str(len(old))] = _splice(before.tail, new[len(old)])
    if changed:
        changes["fragments"] = changed
    if len(old) != len(new):
        changes["count"] = len(new)
    if before.tail != after.tail:
        changes["tail"] = _splice(before.tail, after.tail)
    return changes


def _splice(before: str, after: str) -> list[Any]:
    """How many characters of `before` stay, as JavaScript counts them, and what follows."""
    kept = common_prefix_length(before, after)
    return [utf16_length(after[:kept]), after[kept:]]


def _spliced(before: str, splice: list[Any]) -> str:
    kept, added = splice
    start: str = before.encode("utf-16-le")[: 2 * kept].decode("utf-16-le")
    return start + str(added)


def apply(snapshot: Json, changes: Json) -> Json:
    """The snapshot that the page has after a patch."""
    after = {**snapshot, **{name: changes[name] for name in changes.keys() - {"order", "blocks"}}}
    blocks = {block["key"]: block for block in snapshot["blocks"]}
    for key, change in changes.get("blocks", {}).items():
        blocks[key] = _applied(blocks.get(key) or _whole_block(RenderedBlock(key, "")), change)
    keys = changes.get("order", [block["key"] for block in snapshot["blocks"]])
    return after | {"blocks": [blocks[key] for key in keys]}


def _applied(block: Json, change: Json) -> Json:
    fragments = block["fragments"][: change.get("count", len(block["fragments"]))]
    for number, html in change.get("fragments", {}).items():
        fragments[int(number) : int(number) + 1] = [html if isinstance(html, str) else _spliced(block["tail"], html)]
    tail = _spliced(block["tail"], change["tail"]) if "tail" in change else block["tail"]
    named: Json = {name: change[name] for name in ("frame", "head", "foot") if name in change}
    return {**block, **named, "fragments": fragments, "tail": tail}
