/** Words and figures that the page itself makes. */

/**
 * The same as the kernel's `duration`.
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (Math.round(seconds * 10) / 10 < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/**
 * What a screen reader says, at the start and at the end only.
 * @param {string} state @param {boolean} live @param {number | null} seconds
 */
export function announcement(state, live, seconds) {
  if (state === "asking you") return "A tool call waits for your answer.";
  if (state === "paused") return "The replay is paused.";
  if (live) return "The model is at work.";
  const time = seconds === null ? "" : ` after ${duration(seconds)}`;
  const ends = new Map([["done", "The answer is complete"], ["stopped", "The answer was stopped"],
    ["incomplete", "The answer is incomplete"], ["failed", "The call failed"]]);
  return `${ends.get(state) ?? "The call ended"}${time}.`;
}
