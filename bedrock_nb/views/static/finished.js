import { controls } from "./controls.js";
import { addCopyButtons, button } from "./copy_button.js";
import { recallFolds } from "./folds.js";
import { Unreadable, eventsOf, jsonLines, textOf } from "./recordings.js";
import { replayButton } from "./replay.js";
import { savedPanel } from "./saved_html.js";

/**
 * @typedef {import("./recordings.js").SavedRecording} SavedRecording
 * @typedef {{recording: SavedRecording, duration: number | null, events: import("./recordings.js").TimedEvent[]}} Call
 */

/**
 * What a notebook keeps of an answer, as a panel that can be worked with. It needs no kernel.
 * @param {{recordings: SavedRecording[], blocks: string[]}} saved
 * @param {{html: string, markdown: string}} drawn the same panel, as Python drew it
 * @param {(html: string) => string} sanitize the host's own
 * @returns {Promise<HTMLElement>}
 * @throws {Unreadable}
 */
export async function finishedPanel(saved, drawn, sanitize) {
  if (saved === null) throw new Unreadable("The recording is missing.");
  if (typeof saved !== "object") throw new Unreadable("This is not a recording.");
  const { recordings, blocks } = saved;
  if (!Array.isArray(recordings) || !Array.isArray(blocks) || !blocks.every((key) => typeof key === "string")) {
    throw new Unreadable("The recording is damaged.");
  }
  /** @type {Call[]} */
  const calls = await Promise.all(recordings.map(async (recording) => {
    const events = await eventsOf(recording);
    return { recording, duration: recording.duration, events };
  }));
  const panel = copyablePanel(drawn.html, sanitize);
  if (!panel) throw new Unreadable("The panel that belongs to the recording is missing.");
  place(rowOfControls(panel, blocks, calls, drawn.markdown), panel);
  return panel;
}

/**
 * The same panel where its recording cannot be read: what is seen of it can still be copied.
 * @param {string} html the panel, as Python drew it
 * @param {(html: string) => string} sanitize the host's own
 * @returns {HTMLElement | null} null where there is no panel in it
 */
export function panelAlone(html, sanitize) {
  const panel = copyablePanel(html, sanitize);
  if (panel) place(shown(controls(panel, {})), panel);
  return panel;
}

/** @param {string} html @param {(html: string) => string} sanitize */
function copyablePanel(html, sanitize) {
  const panel = savedPanel(html, sanitize);
  if (panel) {
    addCopyButtons(panel);
    recallFolds(panel);
  }
  return panel;
}

/** Where a live panel has its buttons. @param {Element} row @param {Element} panel */
function place(row, panel) {
  panel.insertBefore(row, panel.querySelector(":scope > .bnb-bottom"));
}

/** @param {ReturnType<typeof controls>} row */
function shown(row) {
  row.show(false);
  return row.element;
}

/** @param {HTMLElement} panel @param {string[]} blocks @param {Call[]} calls @param {string} drawnMarkdown */
function rowOfControls(panel, blocks, calls, drawnMarkdown) {
  const hasEvents = calls.length > 0;
  const more = hasEvents ? [replayButton(panel, blocks, calls), downloadButton(calls)] : [];
  return shown(controls(panel, {
    markdown: async () => (hasEvents ? calls.map(({ events }) => textOf(events)).join("\n\n") : drawnMarkdown),
    events: hasEvents ? async () => calls.flatMap(({ events }) => events.map(forReading)) : undefined,
    more: more.filter((control) => control !== null),
  }));
}

/** @param {import("./recordings.js").TimedEvent} event @returns {[number | null, object]} */
const forReading = ([seconds, wire]) => [typeof seconds === "number" ? seconds : null, wire];

/** @param {Call[]} calls */
function downloadButton(calls) {
  return button("Download JSONL", "bnb-quiet", () => {
    for (const { recording, events } of calls) download(`${fileName(recording)}.jsonl`, jsonLines(recording, events));
  });
}

/** @param {SavedRecording} recording */
const fileName = ({ id }) => `bedrock-${String(id).replace(/[^A-Za-z0-9-]/g, "").slice(0, 40) || "recording"}`;

/** @param {string} name @param {string} text */
function download(name, text) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
