import { duration } from "./words.js";

/**
 * What the page knows of one panel, kept up to date by numbered patches, for any number of views.
 *
 * @typedef {{key: string, frame: string, head: string, fragments: string[], tail: string, foot: string}} Block
 * @typedef {{state: string, live: boolean, ticking: boolean, strip: string, timeline: string, blocks: Block[]}} Snapshot
 *   ticking: whether the clock goes on, as the model is at work; it stands still while tools run
 * @typedef {[number, string]} Splice how many characters of the tail stay, and what follows
 * @typedef {{frame?: string, head?: string, foot?: string, fragments?: Record<string, string | Splice>, count?: number,
 *   tail?: Splice}} BlockPatch
 * @typedef {{state?: string, live?: boolean, ticking?: boolean, strip?: string, timeline?: string, order?: string[],
 *   blocks?: Record<string, BlockPatch>}} Patch
 */

/** @returns {Snapshot} */
export const emptySnapshot = () => (
  { state: "waiting", live: true, ticking: false, strip: "", timeline: "", blocks: [] }
);

/**
 * The snapshot after a patch; the one before stays as it is.
 * @param {Snapshot} snapshot
 * @param {Patch} patch
 * @returns {Snapshot}
 */
export function apply(snapshot, patch) {
  const { order, blocks: changes = {}, ...around } = patch;
  const blocks = new Map(snapshot.blocks.map((block) => [block.key, block]));
  for (const [key, change] of Object.entries(changes)) {
    blocks.set(key, applyToBlock(blocks.get(key) ?? emptyBlock(key), change));
  }
  const keys = order ?? snapshot.blocks.map((block) => block.key);
  return { ...snapshot, ...around, blocks: keys.flatMap((key) => blocks.get(key) ?? []) };
}

/** @param {string} key @returns {Block} */
const emptyBlock = (key) => ({ key, frame: "", head: "", fragments: [], tail: "", foot: "" });

/** @param {Block} block @param {BlockPatch} change @returns {Block} */
function applyToBlock(block, { fragments: changed = {}, count, tail, ...named }) {
  let fragments = block.fragments;
  if (count !== undefined || Object.keys(changed).length) {
    fragments = fragments.slice(0, count ?? fragments.length);
    for (const [number, html] of Object.entries(changed)) {
      fragments[Number(number)] = typeof html === "string" ? html : spliced(block.tail, html);
    }
  }
  return { ...block, ...named, fragments, tail: tail ? spliced(block.tail, tail) : block.tail };
}

/** @param {string} before @param {Splice} splice */
const spliced = (before, [kept, added]) => before.slice(0, kept) + added;

/** One panel's state and those who look at it. A patch that does not follow on the last one is not taken. */
export class PanelState {
  constructor() {
    this.snapshot = emptySnapshot();
    this.number = -1;
    /** @type {number | null} seconds that the model had taken, when `heardAt` was now */
    this.elapsed = null;
    this.heardAt = 0;
    this.toldState = "";
    /** @type {Set<(isUrgent: boolean) => void>} */
    this.views = new Set();
  }

  /**
   * Take the whole panel, unless what is here is newer.
   * @param {Snapshot} snapshot @param {number} number @param {number | null} elapsed
   */
  replace(snapshot, number, elapsed) {
    if (number < this.number) return;
    this.number = number;
    this.snapshot = snapshot;
    this.hear(elapsed);
  }

  /**
   * Take a patch. False: patches before it are missing.
   * @param {Patch} patch @param {number} number @param {number | null} elapsed
   */
  patch(patch, number, elapsed) {
    if (number <= this.number) return true;
    if (number !== this.number + 1) return false;
    this.number = number;
    this.snapshot = apply(this.snapshot, patch);
    this.hear(elapsed);
    return true;
  }

  /** @param {number | null} elapsed */
  hear(elapsed) {
    this.elapsed = elapsed;
    this.heardAt = performance.now();
    const { live, state } = this.snapshot;
    const isUrgent = !live || state !== this.toldState; // the end, and the first of the text, of the thoughts, of a tool call
    this.toldState = state;
    for (const view of this.views) view(isUrgent);
  }

  /** The kernel is gone in the middle: what came stays, and nothing is waited for. */
  lose() {
    if (!this.snapshot.live) return;
    const seconds = this.secondsNow();
    const strip = this.snapshot.strip
      .replace(/(<strong class="bnb-state )[^<]*/, '$1bnb-is-incomplete">Kernel lost')
      .replace('bnb-clock">', (clock) => clock + (seconds === null ? "" : duration(seconds)));
    this.snapshot = { ...this.snapshot, state: "incomplete", live: false, ticking: false, strip };
    this.hear(seconds);
  }

  /** Seconds that the model has taken, going on while it is at work. */
  secondsNow() {
    if (this.elapsed === null) return null;
    return this.elapsed + (this.snapshot.ticking ? (performance.now() - this.heardAt) / 1000 : 0);
  }
}
