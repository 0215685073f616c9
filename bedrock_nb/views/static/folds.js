/**
 * What the reader has folded or unfolded stays as it was left: whatever is painted after, and in the finished output too,
 * which takes the place of the live panel.
 */

/** @type {WeakSet<Element>} */
const left = new WeakSet();

/** Notice from now on what is folded within an element, by whatever means. @param {Element} root */
export function noticeFolds(root) {
  root.addEventListener("click", ({ target }) => {
    const summary = target instanceof Element ? target.closest("summary") : null;
    if (summary?.parentElement) left.add(summary.parentElement);
  });
}

/** @param {Element} element */
export const isLeftByReader = (element) => left.has(element);

const MOST_REMEMBERED = 8; // panels that were taken away and not drawn again

/** The live widget and the lab extension have a copy of this module each. @returns {{answer: string, open: boolean[]}[]} */
const remembered = () => (/** @type {any} */ (globalThis)[Symbol.for("bedrock-nb:folds")] ??= []);

/** Keep in mind what is unfolded in a panel that is being taken off the page. @param {Element} panel */
export function rememberFolds(panel) {
  const open = folding(panel).map((details) => details.open);
  if (open.length) remembered().unshift({ answer: answerIn(panel), open });
  remembered().splice(MOST_REMEMBERED);
}

/** Unfold in a panel what was unfolded when the same answer was last on the page. @param {Element} panel */
export function recallFolds(panel) {
  const [here, answer] = [folding(panel), answerIn(panel)];
  const place = remembered().findIndex((each) => each.answer === answer && each.open.length === here.length);
  if (place < 0) return;
  const [{ open }] = remembered().splice(place, 1);
  here.forEach((details, number) => { details.open = open[number]; });
}

/** @param {Element} panel @returns {HTMLDetailsElement[]} */
const folding = (panel) => [...panel.querySelectorAll(".bnb-blocks details")].filter((each) => each instanceof HTMLDetailsElement);

/** Its text, but for what is drawn in another way: enough to know it again. @param {Element} panel */
function answerIn(panel) {
  const blocks = /** @type {Element | undefined} */ (panel.querySelector(".bnb-blocks")?.cloneNode(true));
  for (const other of blocks?.querySelectorAll("button, .bnb-mathml") ?? []) other.remove();
  return (blocks?.textContent ?? "").replace(/\s+/g, "");
}
