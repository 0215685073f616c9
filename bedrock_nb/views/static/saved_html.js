import { safeNodes } from "./allowed.js";

/**
 * A panel's HTML as it lies in a notebook's file, made fit for the page. The file may come from anybody: whatever it
 * holds goes through the host's sanitizer and through our own list of what a panel is made of.
 *
 * The host's sanitizer knows no MathML and no bars of a timeline. These alone are taken from what our own list let
 * through, and put where the host left their places.
 *
 * @param {string} html
 * @param {(html: string) => string} sanitize
 * @returns {HTMLElement | null} null where there is no panel in it
 */
export function savedPanel(html, sanitize) {
  const panel = /** @type {HTMLElement | null} */ (safeNodes(sanitize(html)).querySelector("article.bnb-panel"));
  if (!panel) return null;
  const ours = safeNodes(html);
  for (const part of [".bnb-mathml", ".bnb-lane"]) putBack(part, panel, ours);
  for (const formula of panel.querySelectorAll(".bnb-math:not(:has(math))")) formula.className = "bnb-untyped";
  explain(panel);
  return panel;
}

/** @param {string} part @param {Element} panel @param {DocumentFragment} ours */
function putBack(part, panel, ours) {
  const [places, found] = [[...panel.querySelectorAll(part)], [...ours.querySelectorAll(part)]];
  places.forEach((place, number) => {
    const same = places.length === found.length ? found[number].firstElementChild : null;
    place.replaceChildren(...(same ? [same] : []));
  });
}

/** What a keyboard and a screen reader need. @param {Element} panel */
function explain(panel) {
  panel.setAttribute("aria-label", "Answer of the model");
  for (const scrolling of panel.querySelectorAll("pre, .bnb-scroll, .bnb-figures")) scrolling.setAttribute("tabindex", "0");
  for (const group of panel.querySelectorAll(".bnb-scroll, .bnb-figures")) {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", nameOf(group));
  }
  for (const quiet of panel.querySelectorAll(".bnb-dot, .bnb-icon")) quiet.setAttribute("aria-hidden", "true");
}

/** @param {Element} group of what scrolls */
function nameOf(group) {
  if (group.matches(".bnb-figures")) return "figures";
  return group.querySelector("table") ? "table" : "formula";
}
