/**
 * What a replay follows: for each block of the panel, when how much of it had come.
 *
 * @typedef {{
 *   key: string, source: string, times: number[], lengths: number[], begin: number, end: number,
 *   tool: string | null, result: number,
 * }} Track times in seconds; `lengths[n]` characters of the source had come at `times[n]`; a tool has its id, and the
 *   time when its result was there; others wait for none
 */

const UNTIMED_SECONDS = 0.02; // between two events whose times nobody measured, as in the kernel's replay

/**
 * The tracks of all blocks, and how long it took. Null where nothing came.
 * @param {string[]} keys "section.index", in the order of the blocks on the page, or "section.banners"
 * @param {{duration: number | null, events: import("./recordings.js").TimedEvent[]}[]} calls the sections
 * @returns {{tracks: Track[], seconds: number} | null}
 */
export function scoreOf(keys, calls) {
  if (calls.every(({ events }) => !events.length)) return null;
  const tracks = keys.map(emptyTrack);
  let start = 0;
  for (const [section, { duration, events }] of calls.entries()) {
    const isTimed = events.every(([seconds]) => Number.isFinite(seconds));
    const times = events.map(([seconds], place) => start + (isTimed ? seconds : place * UNTIMED_SECONDS));
    const own = tracks.filter(({ key }) => key.startsWith(`${section}.`));
    events.forEach(([, wire], place) => follow(own, times[place], wire));
    const end = Math.max(start + (Number.isFinite(duration) ? Number(duration) : 0), times.at(-1) ?? start);
    for (const track of own) settle(track, end);
    start = end;
  }
  for (const track of tracks) settle(track, start);
  return start > 0 ? { tracks, seconds: start } : null;
}

/** How many characters of a block's source had come. @param {Track} track @param {number} seconds */
export function lengthAt({ times, lengths }, seconds) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low ? lengths[low - 1] : 0;
}

/** @param {string} key @returns {Track} */
const emptyTrack = (key) => (
  { key, source: "", times: [], lengths: [], begin: Infinity, end: Infinity, tool: null, result: Infinity }
);

/** @param {Track[]} tracks of one section @param {number} seconds @param {Record<string, any>} wire */
function follow(tracks, seconds, wire) {
  const [[kind, payload] = ["", null]] = Object.entries(wire);
  const track = Number.isInteger(payload?.contentBlockIndex) && trackOf(tracks, payload.contentBlockIndex);
  const answered = payload?.start?.toolResult?.toolUseId;
  const tool = answered === undefined ? undefined : tracks.find((each) => each.tool === answered);
  if (tool) tool.result = seconds;
  if (!track || (track.tool && !isOwn(track, payload.contentBlockIndex))) return; // a result, shown with its tool
  track.begin = Math.min(track.begin, seconds);
  track.tool ??= payload.start?.toolUse?.toolUseId ?? null;
  if (kind === "contentBlockStop") track.end = seconds;
  if (kind !== "contentBlockDelta") return;
  track.source += textIn(payload.delta);
  track.times.push(seconds);
  track.lengths.push(track.source.length);
}

/** @param {Track} track @param {number} index */
const isOwn = (track, index) => Number(track.key.split(".")[1]) === index;

/** A block that was joined to the one before has no key of its own. @param {Track[]} tracks @param {number} index */
function trackOf(tracks, index) {
  return tracks.filter(({ key }) => Number(key.split(".")[1]) <= index).at(-1);
}

/** @param {any} delta @returns {string} */
function textIn(delta) {
  const text = delta?.text ?? delta?.reasoningContent?.text ?? delta?.toolUse?.input;
  return typeof text === "string" ? text : "";
}

/** What is known at the end of a section: what never began comes with it. @param {Track} track @param {number} end */
function settle(track, end) {
  track.begin = Math.min(track.begin, end);
  track.end = Math.min(track.end, end);
  track.result = track.tool ? Math.min(track.result, end) : track.end;
}
