import { copyText } from "./clipboard.js";

const SHOW_MILLISECONDS = 1500;

/**
 * A press counts although the text above grows meanwhile, and the button is elsewhere when it is let go.
 * @param {string} label @param {string} name @param {(pressed: HTMLButtonElement) => void} press
 * @returns {HTMLButtonElement}
 */
export function button(label, name, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `bnb-button ${name}`;
  made.textContent = label;
  made.addEventListener("pointerdown", (event) => made.setPointerCapture(event.pointerId));
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

const COPIED = new Map([
  [".bnb-code", "Copy this code"],
  [".bnb-tool:has(> .bnb-input)", "Copy the input"],
  [".bnb-result:has(> pre)", "Copy the result"],
]);

/**
 * What one may want to copy by itself gets a button: code, a tool's input, its result. Each has it once.
 * @param {Element} root
 */
export function addCopyButtons(root) {
  for (const [selector, label] of COPIED) {
    const blocks = [...(root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    for (const block of blocks) if (!block.querySelector(":scope > .bnb-copy")) block.append(copyButton(block, label));
  }
}

/** @param {Element} block @param {string} label */
function copyButton(block, label) {
  const made = button("Copy", "bnb-copy bnb-quiet", (pressed) => {
    const codes = [...block.querySelectorAll(":scope > pre > code")];
    say(pressed, copyText(codes.map((code) => code.textContent).join("\n")));
  });
  made.setAttribute("aria-label", label);
  return made;
}
