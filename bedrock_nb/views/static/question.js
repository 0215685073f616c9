import { button } from "./copy_button.js";

/**
 * Who is told that a question is on the page, and what was answered.
 * @typedef {{seen: (key: string) => void, answer: (key: string, consent: string) => void}} Listener
 */

const ANSWERS = [
  ["Yes", "yes", "Run it"],
  ["No", "no", "Do not run it, and tell the model so"],
  ["Always", "always", "Run it, and do not ask again for this tool until the answer is there"],
];

/**
 * Put buttons for the answers beside a question. A question has them once.
 * @param {Element} question
 * @param {string} key of the block that it belongs to
 * @param {Listener} listener
 */
export function askIn(question, key, listener) {
  if (question.querySelector("button")) return;
  const buttons = ANSWERS.map(([label, consent, meaning]) => {
    const made = button(label, `bnb-answer bnb-${consent}`, () => {
      for (const each of buttons) each.disabled = true;
      listener.answer(key, consent);
    });
    made.title = meaning;
    return made;
  });
  question.append(...buttons);
  listener.seen(key);
}
