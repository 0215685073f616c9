import { button } from "./copy_button.js";

const AT_ONCE = 500;

/**
 * A folded list of the events as they came over the wire, fetched when it is opened.
 * @param {() => Promise<[number | null, object][]>} fetchEvents
 */
export function rawEvents(fetchEvents) {
  const details = document.createElement("details");
  details.className = "bnb-raw";
  const summary = document.createElement("summary");
  summary.textContent = "Raw events";
  const list = document.createElement("ol");
  list.className = "bnb-raw-list";
  list.tabIndex = 0; // it scrolls, with the keyboard too
  details.append(summary, list);
  details.addEventListener("toggle", async () => {
    if (!details.open || list.childElementCount) return;
    showSome(list, await fetchEvents(), 0);
  });
  return details;
}

/** @param {Element} list @param {[number | null, object][]} events @param {number} from */
function showSome(list, events, from) {
  list.append(...events.slice(from, from + AT_ONCE).map(([seconds, event]) => row(seconds, event)));
  const left = events.length - from - AT_ONCE;
  if (left <= 0) return;
  const item = document.createElement("li");
  item.append(button(`Show more (${left} left)`, "bnb-quiet", () => {
    item.remove();
    showSome(list, events, from + AT_ONCE);
  }));
  list.append(item);
}

/** @param {number | null} seconds @param {object} event */
function row(seconds, event) {
  const item = document.createElement("li");
  const time = document.createElement("span");
  time.className = "bnb-raw-time";
  time.textContent = seconds === null ? "" : `${seconds.toFixed(3)} s`;
  const code = document.createElement("code");
  code.textContent = JSON.stringify(event);
  item.append(time, code);
  return item;
}
