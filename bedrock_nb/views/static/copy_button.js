import { copyText } from "./clipboard.js";

const SHOW_MILLISECONDS = 1500;

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
    setTimeout(() => { pressed.textContent = label; }, SHOW_MILLISECONDS);
  };
  work.then(() => tell("Copied"), () => tell("Could not copy"));
}

/** @param {Element} block a block of code */
export function copyButton(block) {
  const made = button("Copy", "bnb-copy bnb-quiet", (pressed) => {
    say(pressed, copyText(block.querySelector("code")?.textContent ?? ""));
  });
  made.setAttribute("aria-label", "Copy this code");
  return made;
}
