import { copyText } from "./clipboard.js";
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
  const { stop, markdown, events } = host;

  const stopButton = button("Stop", "bnb-stop", () => {
    stopButton.disabled = true;
    stopButton.textContent = "Stopping…";
    stop?.();
  });
  const whenDone = [
    button("Copy answer", "bnb-quiet", (pressed) => say(pressed, copyText(answerOf(panel)))),
    markdown && button("Copy as Markdown", "bnb-quiet", (pressed) => say(pressed, markdown().then(copyText))),
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

/**
 * @param {string} label @param {string} name @param {(pressed: HTMLButtonElement) => void} press
 * @returns {HTMLButtonElement}
 */
export function button(label, name, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `bnb-button ${name}`;
  made.textContent = label;
  made.addEventListener("click", () => press(made));
  return made;
}

/**
 * Say on the button itself how it went.
 * @param {HTMLButtonElement} pressed @param {Promise<void>} work
 */
export function say(pressed, work) {
  const label = pressed.dataset.label ?? pressed.textContent ?? "";
  pressed.dataset.label = label;
  /** @param {string} words */
  const tell = (words) => {
    pressed.textContent = words;
    setTimeout(() => { pressed.textContent = label; }, 1500);
  };
  work.then(() => tell("Copied"), () => tell("Could not copy"));
}

/** @param {Element} panel */
function answerOf(panel) {
  const passages = panel.querySelectorAll(".bnb-text > .bnb-prose");
  return [...passages].map((passage) => /** @type {HTMLElement} */ (passage).innerText.trim()).join("\n\n");
}
