/**
 * Where in its Markdown, or in its JSON, each piece of a drawn text stands: so that it can be shown as far as it had
 * come at some moment, with nothing drawn anew. What is drawn follows its source closely enough to be found in it.
 */

const WINDOW = 4096; // characters to look ahead: a word that is further away is another one
const LONGEST_WORD = 24;

/**
 * @typedef {{node: Element | Text, at: number, text: string}} Step a node, and the place in the source from which on
 *   it is seen; a text is seen letter by letter
 */

/**
 * All that is drawn, in the order in which it came.
 * @param {Element[]} roots
 * @param {string} source
 * @returns {Step[]}
 */
export function stepsOf(roots, source) {
  /** @type {Step[]} */
  const steps = [];
  let known = 0; // steps before this one have their place
  let place = 0;
  /** @param {number} at */
  const settle = (at) => {
    for (; known < steps.length; known += 1) steps[known].at = at;
  };
  for (const node of roots.flatMap((root) => [...nodesIn(root)])) {
    const text = ownText(node);
    steps.push({ node, at: 0, text: node instanceof Text ? node.data : "" });
    if (!text.trim()) continue;
    const found = placeOf(text, source, place);
    settle(found ?? place);
    if (found !== null) place = Math.min(found + text.trim().length, source.length);
  }
  settle(source.length);
  return steps;
}

/** A formula is one thing: it comes with its TeX. @param {Node} node @returns {Generator<Element | Text>} */
function* nodesIn(node) {
  if (node instanceof Text || node instanceof Element) yield node;
  if (node instanceof Element && (isFormula(node) || node instanceof HTMLButtonElement)) return;
  for (const child of node.childNodes) yield* nodesIn(child);
}

/** @param {Element} element */
const isFormula = (element) => element.classList.contains("bnb-math");

/** @param {Element | Text} node */
function ownText(node) {
  if (node instanceof Text) return node.data;
  return isFormula(node) ? (node.querySelector(".bnb-tex")?.textContent ?? "") : "";
}

/** @param {string} text @param {string} source @param {number} from */
function placeOf(text, source, from) {
  const word = text.trim().split(/\s/, 1)[0].slice(0, LONGEST_WORD);
  const found = source.slice(from, from + WINDOW).indexOf(word);
  return found < 0 ? null : from + found;
}
