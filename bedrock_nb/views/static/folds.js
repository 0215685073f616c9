/**
 * What the reader has folded or unfolded stays as it was left: whatever is painted after, and in the finished output too,
 * which takes the place of the live panel.
 */

/** @type {WeakSet<Element>} */
const left = new WeakSet();

/** Notice from now on what is folded within an element, by a click or a key. @param {Element} root */
export function noticeFolds(root) {
  root.addEventListener("click", ({ target }) => {
    const summary = target instanceof Element ? target.closest("summary") : null;
    if (summary?.parentElement) left.add(summary.parentElement);
  });
}

/** @param {Element} element */
export const isLeftByReader = (element) => left.has(element);

const MOST_REMEMBERED = 8; // panels that were taken away and not drawn again

/**
 * Panels in which the reader has left something: whether it is open, and null where it was left to itself. The live widget
 * and the lab extension have a copy of this module each.
 * @returns {{answer: string, open: (boolean | null)[]}[]}
 */
const remembered = () => (/** @type {any} */ (globalThis)[Symbol.for("bedrock-nb:folds")] ??= []);

/** Keep in mind what the reader has left in a panel that is being taken off the page. @param {Element} panel */
export function rememberFolds(panel) {
  const open = folding(panel).map((details) => (left.has(details) ? details.open : null));
  if (open.every((each) => each === null)) return;
  remembered().unshift({ answer: answerIn(panel), open });
  remembered().splice(MOST_REMEMBERED);
}

/** Fold and unfold in a panel what the reader had when the same answer was last on the page. @param {Element} panel */
export function recallFolds(panel) {
  const here = folding(panel);
  if (!here.length || !remembered().length) return;
  const answer = answerIn(panel);
  const place = remembered().findIndex((each) => each.answer === answer && each.open.length === here.length);
  if (place < 0) return;
  const [{ open }] = remembered().splice(place, 1);
  here.forEach((details, number) => { details.open = open[number] ?? details.open; });
}

/** @param {Element} panel @returns {HTMLDetailsElement[]} */
const folding = (panel) => [...panel.querySelectorAll(".bnb-blocks details")].filter((each) => each instanceof HTMLDetailsElement);

/** Its text, but for what is drawn in another way: enough to know it again. @param {Element} panel */
function answerIn(panel) {
  const blocks = /** @type {Element | undefined} */ (panel.querySelector(".bnb-blocks")?.cloneNode(true));
  for (const other of blocks?.querySelectorAll("button, .bnb-mathml") ?? []) other.remove();
  return (blocks?.textContent ?? "").replace(/\s+/g, "");
}
