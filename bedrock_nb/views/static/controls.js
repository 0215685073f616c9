import { copyText } from "./clipboard.js";
import { button, say } from "./copy_button.js";
import { rawEvents } from "./raw_events.js";

/** @typedef {import("./panel.js").Host} Host */

/**
 * The row of buttons below a panel: Stop while it runs, then what one does with an answer. A replay is paused in place of
 * stopped. The raw events stand in the timeline.
 * @param {Element} panel
 * @param {Host} host
 */
export function controls(panel, host) {
  const element = document.createElement("div");
  element.className = "bnb-controls";
  const { stop, replay, markdown, events, more = [] } = host;

  const stopButton = stop && button("Stop", "bnb-stop", (pressed) => {
    pressed.disabled = true;
    pressed.textContent = "Stopping…";
    stop();
  });
  const pauseButton = replay && button("Pause", "bnb-pause", replay.pause);
  const playButton = replay && button("Play", "bnb-play", replay.play);
  const copies = [
    button("Copy answer", "bnb-quiet", (pressed) => say(pressed, copyText(answerOf(panel)))),
    markdown && button("Copy as Markdown", "bnb-quiet", (pressed) => say(pressed, markdown().then(copyText))),
  ];
  const raw = events && rawEvents(events);

  /** Buttons that are taken out and put back lose the focus, and a press that is not yet let go. @param {Element[]} wanted */
  const replace = (wanted) => {
    const hasFocus = element.contains(document.activeElement);
    element.replaceChildren(...wanted);
    if (hasFocus) element.querySelector("button")?.focus({ preventScroll: true });
  };
  element.addEventListener("click", (event) => event.stopPropagation());
  return {
    element,
    /** @param {boolean} live */
    show(live) {
      const whenDone = [playButton, ...(panel.querySelector(".bnb-text") ? copies : []), ...more];
      const wanted = (live ? [stopButton, pauseButton] : whenDone).filter((each) => each !== undefined);
      if (wanted.length !== element.children.length || wanted.some((each, place) => each !== element.children[place])) {
        replace(wanted);
      }
      if (raw) panel.querySelector(".bnb-timeline")?.append(raw);
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
