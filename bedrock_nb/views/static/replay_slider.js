import { duration } from "./words.js";

/**
 * A slider over the time of a recording that is being replayed.
 * @param {{length: number, seek: (seconds: number) => void}} replay seconds
 */
export function replaySlider({ length, seek }) {
  const element = document.createElement("label");
  element.className = "bnb-replay";
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = String(length);
  slider.step = String(length / 1000);
  slider.setAttribute("aria-label", "Time in the recording");
  slider.setAttribute("data-lm-suppress-shortcuts", "true"); // its arrow keys are no steps from cell to cell in JupyterLab
  const time = document.createElement("span");
  time.className = "bnb-aside";
  element.append("Replay", slider, time);

  let isHeld = false;
  slider.addEventListener("pointerdown", () => { isHeld = true; });
  slider.addEventListener("change", () => { isHeld = false; });
  slider.addEventListener("input", () => {
    seek(Number(slider.value));
    tell(Number(slider.value));
  });

  /** @param {number} seconds */
  function tell(seconds) {
    time.textContent = `${duration(seconds)} of ${duration(length)}`;
  }

  return {
    element,
    /** @param {number} seconds */
    show(seconds) {
      if (isHeld) return; // it is the reader who moves it now
      slider.value = String(seconds);
      tell(Math.min(seconds, length));
    },
  };
}
