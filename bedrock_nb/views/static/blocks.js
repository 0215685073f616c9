import { safeNodes } from "./allowed.js";
import { addCopyButtons } from "./copy_button.js";
import { isLeftByReader } from "./folds.js";
import { morph, updateAttributes } from "./morph.js";
import { askIn } from "./question.js";

/** @typedef {import("./state.js").Block} Block */

/** One block on the page: its frame, its slots, and which nodes belong to which fragment. */
export class BlockView {
  /** @param {Block} block @param {import("./question.js").Listener} [listener] */
  constructor(block, listener) {
    this.listener = listener;
    this.element = frameOf(block.frame);
    /** @type {Block} what is shown */
    this.shown = { ...block, head: "", fragments: [], tail: "", foot: "" };
    /** @type {ChildNode[][]} */
    this.fragments = [];
    /** @type {ChildNode[]} */
    this.tail = [];
    this.show(block);
    addCopyButtons(this.element);
  }

  /** @param {Block} block */
  show(block) {
    if (block === this.shown) return;
    if (block.frame !== this.shown.frame) this.updateFrame(block.frame);
    for (const name of /** @type {const} */ (["head", "foot"])) {
      const slot = block[name] !== this.shown[name] && this.slot(name);
      if (slot) this.updateSlot(slot, block[name]);
    }
    const body = this.slot("body");
    if (body) this.updateBody(body, block);
    this.shown = block;
  }

  /** @param {Element} slot @param {string} html */
  updateSlot(slot, html) {
    morph(slot, [...slot.childNodes], [...safeNodes(html).childNodes], null);
    const question = slot.querySelector(".bnb-question");
    if (question && this.listener) askIn(question, this.shown.key, this.listener);
    addCopyButtons(slot);
  }

  /** @param {string} name @returns {Element | null} */
  slot(name) {
    const selector = `[data-slot="${name}"]`;
    return this.element.matches(selector) ? this.element : this.element.querySelector(selector);
  }

  /** @param {string} html */
  updateFrame(html) {
    updateAttributes(this.element, frameOf(html), isLeftByReader(this.element) || this.isBeingRead() ? ["open"] : []);
  }

  /** Whether the reader has scrolled back in it, or selected some of it: it is not folded away under their eyes. */
  isBeingRead() {
    const body = this.slot("body");
    const selected = document.getSelection();
    return !!body && (!isScrolledToEnd(body) || (!selected?.isCollapsed && !!selected?.containsNode(body, true)));
  }

  /** @param {Element} body @param {Block} block */
  updateBody(body, block) {
    const isAtEnd = body.classList.contains("bnb-thought") && isScrolledToEnd(body);
    block.fragments.forEach((html, number) => {
      if (html !== this.shown.fragments[number]) this.updateFragment(body, number, html);
    });
    for (const nodes of this.fragments.splice(block.fragments.length)) for (const node of nodes) node.remove();
    if (block.tail !== this.shown.tail) {
      this.tail = morph(body, this.tail, [...safeNodes(block.tail, body.localName).childNodes], null);
    }
    if (isAtEnd) body.scrollTop = body.scrollHeight; // the latest thought, unless the reader scrolled away
  }

  /**
   * A finished fragment. Its nodes are most often those of the tail that it was a moment ago: they stay, if they can.
   * @param {Element} body @param {number} number @param {string} html
   */
  updateFragment(body, number, html) {
    const isNew = number >= this.fragments.length;
    const wanted = [...safeNodes(html, body.localName).childNodes];
    const reused = isNew ? this.tail.splice(0, wanted.length) : this.fragments[number];
    const after = this.fragments.slice(number + 1).flat()[0] ?? this.tail[0] ?? null;
    this.fragments[number] = morph(body, reused ?? [], wanted, after);
    for (const node of this.fragments[number]) if (node instanceof Element) addCopyButtons(node);
  }
}

/** @param {Element} body */
const isScrolledToEnd = (body) => body.scrollHeight - body.scrollTop - body.clientHeight < 4;

/** @param {string} html @returns {Element} */
function frameOf(html) {
  return safeNodes(html).firstElementChild ?? document.createElement("section");
}
