/**
 * Recordings as a notebook keeps them. This is `bedrock_nb.core.encoding.codec` and `bedrock_nb.core.encoding.compact`, read only; values
 * inside events stay in their JSON-safe form, such as `{"$bytes": …}`, in which they are shown and written down.
 *
 * @typedef {[any, Record<string, any>]} TimedEvent seconds since the request, null where nobody measured; the wire event
 * @typedef {{
 *   version: number, id: string, started_at: string | null, request: Record<string, any>, response: object,
 *   duration: number | null, failure: object | null, form?: string, events: any,
 * }} SavedRecording
 */

const VERSION = 1;
const MOST_INFLATED = 2 ** 26; // bytes; as in Python: a few kilobytes can be made to fill any memory
// A few kilobytes of a hostile notebook could stand for millions.
const MOST_EVENTS = 500_000;
const DIGITS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((digit, n) => [digit, n]));
/** @type {Record<string, (text: string) => object>} */
const DELTAS = {
  text: (text) => ({ text }),
  reasoning: (text) => ({ reasoningContent: { text } }),
  input: (text) => ({ toolUse: { input: text } }),
};

/** What cannot be shown, and why, in words for the reader. */
export class Unreadable extends Error {}

/**
 * The events of a recording.
 * @param {SavedRecording} recording
 * @returns {Promise<TimedEvent[]>}
 * @throws {Unreadable} it is of a newer version, or damaged
 */
export async function eventsOf(recording) {
  const { version, form = "plain", events } = Object(recording);
  if (!Number.isInteger(version) || version < 1) throw new Unreadable("This is not a recording.");
  if (version > VERSION) {
    throw new Unreadable(`The recording is of version ${version}, newer than this extension. Upgrade bedrock-nb.`);
  }
  try {
    if (form === "plain" || form === "compact") return unpacked(events);
    if (form === "deflated") return unpacked(JSON.parse(await inflated(events)));
  } catch (error) {
    throw new Unreadable(`The recording is damaged: ${error instanceof Error ? error.message : error}`);
  }
  throw new Unreadable("The recording has a form that this extension does not know.");
}

/** @param {any[]} entries @returns {TimedEvent[]} */
export function unpacked(entries) {
  if (!Array.isArray(entries)) throw new Error("its events are not a list.");
  // Each number of a run takes a digit or more: so they are counted before any is unpacked.
  const atMost = sum(entries.map((entry) => (Array.isArray(entry) ? 1 : Number(entry?.lengths?.length) || 0)));
  if (atMost > MOST_EVENTS) throw new Error("its events are too many to show.");
  return entries.flatMap((entry) => (Array.isArray(entry) ? [plain(entry)] : unpackedRun(entry)));
}

/** @param {any[]} entry @returns {TimedEvent} */
function plain(entry) {
  if (entry.length !== 2 || !isObject(entry[1])) throw new Error("an entry is no event.");
  return [entry[0], entry[1]];
}

/** @param {any} run @returns {TimedEvent[]} */
function unpackedRun(run) {
  const delta = isObject(run) && Object.hasOwn(DELTAS, run.run) ? DELTAS[run.run] : null;
  if (!delta || typeof run.text !== "string") throw new Error("a run is of no kind that is known.");
  const [lengths, characters] = [numbers(run.lengths), [...run.text]]; // in code points, as Python counts them
  const gaps = run.start === null ? lengths.map(() => 0) : numbers(run.gaps);
  if (gaps.length !== lengths.length || sum(lengths) !== characters.length) {
    throw new Error("the lengths of a run do not add up to its text.");
  }
  let [position, milliseconds] = [0, run.start ?? 0];
  return lengths.map((length, place) => {
    milliseconds += gaps[place];
    const text = characters.slice(position, (position += length)).join("");
    const wire = { contentBlockDelta: { delta: delta(text), contentBlockIndex: run.index } };
    return [run.start === null ? null : milliseconds / 1000, wire];
  });
}

/** @param {string} digits base64 variable-length quantities: five bits a digit, the lowest first */
function numbers(digits) {
  /** @type {number[]} */
  const found = [];
  let [number, scale] = [0, 1];
  for (const digit of digits) {
    const value = DIGITS.get(digit);
    if (value === undefined) throw new Error("a character is no digit.");
    number += (value % 32) * scale;
    scale *= 32;
    if (value < 32) {
      found.push(number);
      [number, scale] = [0, 1];
    }
  }
  if (scale > 1) throw new Error("the last number breaks off.");
  return found;
}

/** @param {string} encoded */
async function inflated(encoded) {
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const pieces = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > MOST_INFLATED) {
      await reader.cancel();
      throw new Error("its events are too many.");
    }
    pieces.push(read.value);
  }
  return new Blob(pieces).text();
}

/**
 * The recording as the lines of a .jsonl file, which `Recording.load` reads.
 * @param {SavedRecording} recording @param {TimedEvent[]} events
 */
export function jsonLines({ version, id, started_at, request, response, duration, failure }, events) {
  const lines = [{ version, id, started_at, request, response }, ...events, { end: { duration, failure } }];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/**
 * The answer: all text blocks, joined, in the order of their indices.
 * @param {TimedEvent[]} events
 */
export function textOf(events) {
  /** @type {Map<number, string>} */
  const blocks = new Map();
  for (const [, wire] of events) {
    const { delta, contentBlockIndex: index } = Object(wire.contentBlockDelta);
    if (typeof delta?.text === "string") blocks.set(index, (blocks.get(index) ?? "") + delta.text);
  }
  return [...blocks].sort(([one], [other]) => one - other).map(([, text]) => text).join("");
}

/** @param {number[]} all */
const sum = (all) => all.reduce((total, one) => total + one, 0);

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
