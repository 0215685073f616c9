import { stepsOf } from "./alignment.js";

const TO_COME = "bnb-to-come";

/** Shows what is drawn of a text as far as its source had come, and all of it in the end. */
export class Reveal {
  /** @param {Element[]} roots @param {string} source */
  constructor(roots, source) {
    this.steps = stepsOf(roots, source);
    this.next = this.steps.length; // the first step that is not shown
  }

  /** @param {number} characters how many of the source's came */
  show(characters) {
    const wasEdge = this.edge();
    while (this.next < this.steps.length && this.steps[this.next].at < characters) set(this.steps[this.next++], true);
    while (this.next > 0 && this.steps[this.next - 1].at >= characters) set(this.steps[--this.next], false);
    const edge = this.edge();
    if (wasEdge && wasEdge !== edge && wasEdge.at < characters) write(wasEdge, wasEdge.text.length);
    if (edge) write(edge, characters - edge.at);
  }

  /** The last text that is shown; the only one that may be shown in part. */
  edge() {
    for (let place = this.next - 1; place >= 0; place -= 1) {
      if (this.steps[place].node instanceof Text) return this.steps[place];
    }
    return null;
  }
}

/** @param {import("./alignment.js").Step} step @param {boolean} isShown */
function set(step, isShown) {
  if (step.node instanceof Element) hide(step.node, !isShown);
  else write(step, isShown ? step.text.length : 0);
}

/** Hide an element, or leave it as it was before. @param {Element} element @param {boolean} isHidden */
export function hide(element, isHidden) {
  element.classList.toggle(TO_COME, isHidden);
  if (!element.classList.length) element.removeAttribute("class");
}

/** @param {import("./alignment.js").Step} step @param {number} length */
function write({ node, text }, length) {
  const splitsCharacter = /[\uD800-\uDBFF]$/.test(text.slice(0, length));
  const shown = text.slice(0, splitsCharacter ? length + 1 : length);
  if (node instanceof Text && node.data !== shown) node.data = shown;
}
