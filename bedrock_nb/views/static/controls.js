import { copyText } from "./clipboard.js";
import { button, say } from "./copy_button.js";
import { rawEvents } from "./raw_events.js";

/** @typedef {import("./panel.js").Host} Host */

/**
 * The row of buttons below a panel: Stop while it runs, then what one does with an answer.
 * @param {Element} panel
 * @param {Host} host
 */
export function controls(panel, host) {
  const element = document.createElement("div");
  element.className = "bnb-controls";
  const { stop, markdown, events, more = [] } = host;

  const stopButton = button("Stop", "bnb-stop", () => {
    stopButton.disabled = true;
    stopButton.textContent = "Stopping…";
    stop?.();
  });
  const whenDone = [
    button("Copy answer", "bnb-quiet", (pressed) => say(pressed, copyText(answerOf(panel)))),
    markdown && button("Copy as Markdown", "bnb-quiet", (pressed) => say(pressed, markdown().then(copyText))),
    ...more,
    events && rawEvents(panel, events),
  ].filter((control) => control !== undefined);

  element.addEventListener("click", (event) => event.stopPropagation());
  return {
    element,
    /** @param {boolean} live */
    show(live) {
      element.replaceChildren(...(live ? (stop ? [stopButton] : []) : whenDone));
    },
  };
}

/** @param {Element} panel */
function answerOf(panel) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(".bnb-copy"));
  for (const each of buttons) each.hidden = true; // what is written on them is no part of the answer
  const passages = /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(".bnb-text > .bnb-prose"));
  const text = [...passages].map((passage) => passage.innerText.trim()).join("\n\n");
  for (const each of buttons) each.hidden = false;
  return text;
}
