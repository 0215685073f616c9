import { safeNodes } from "./allowed.js";
import { BlockView } from "./blocks.js";
import { controls } from "./controls.js";
import { noticeFolds, rememberFolds } from "./folds.js";
import { morph } from "./morph.js";
import { paced } from "./pace.js";
import { replaySlider } from "./replay_slider.js";
import { announcement, duration } from "./words.js";

/**
 * What the panel asks of the place that it stands in. Where something cannot be had, it is left out, and so is its button.
 * @typedef {{
 *   stop?: () => void,
 *   replay?: {length: number, seek: (seconds: number) => void, play: () => void, pause: () => void},
 *   question?: import("./question.js").Listener,
 *   markdown?: () => Promise<string>,
 *   events?: () => Promise<[number | null, object][]>,
 *   more?: HTMLElement[],
 * }} Host
 */

const TICK_MILLISECONDS = 100;

/**
 * Show a panel in an element, and keep it up to date with its state.
 * @param {Element} place
 * @param {import("./state.js").PanelState} state
 * @param {Host} host
 * @returns {() => void} takes it off the page again, with every listener and timer
 */
export function showPanel(place, state, host) {
  const panel = new PanelView(state, host);
  place.append(panel.element);
  const redraw = paced(() => {
    panel.update();
    panel.holdHeight(); // waits for the layout
  });
  state.views.add(redraw.request);
  panel.update();
  const ticking = setInterval(() => panel.tick(), TICK_MILLISECONDS);
  return () => {
    clearInterval(ticking);
    redraw.cancel();
    state.views.delete(redraw.request);
    rememberFolds(panel.element);
    panel.element.remove();
  };
}

class PanelView {
  /** @param {import("./state.js").PanelState} state @param {Host} host */
  constructor(state, host) {
    this.state = state;
    this.host = host;
    this.element = document.createElement("article");
    this.element.className = "bnb-panel bnb-widget";
    this.element.setAttribute("aria-label", "Answer of the model");
    this.top = this.part("bnb-top");
    this.blocks = this.part("bnb-blocks");
    this.slider = host.replay && replaySlider(host.replay);
    if (this.slider) this.element.append(this.slider.element);
    this.controls = controls(this.element, host);
    this.element.append(this.controls.element);
    this.bottom = this.part("bnb-bottom");
    noticeFolds(this.element);
    this.status = this.part("bnb-unseen-status");
    this.status.setAttribute("role", "status");
    /** @type {Map<string, BlockView>} */
    this.views = new Map();
    /** @type {Partial<import("./state.js").Snapshot>} */
    this.shown = {};
    this.tallest = { width: 0, height: 0 };
  }

  /** @param {string} name */
  part(name) {
    const part = document.createElement("div");
    part.className = name;
    this.element.append(part);
    return part;
  }

  update() {
    const now = this.state.snapshot;
    if (now.strip !== this.shown.strip) show(this.top, now.strip);
    if (now.timeline !== this.shown.timeline) show(this.bottom, now.timeline);
    if (now.blocks !== this.shown.blocks) this.updateBlocks(now.blocks);
    const isSame = now.live === this.shown.live && now.state === this.shown.state && now.timeline === this.shown.timeline;
    if (!isSame) this.updateState(now);
    this.shown = now;
    this.tick();
  }

  /** @param {import("./state.js").Block[]} blocks */
  updateBlocks(blocks) {
    const gone = new Set(this.views.keys());
    blocks.forEach((block, place) => {
      gone.delete(block.key);
      const view = this.views.get(block.key) ?? new BlockView(block, this.host.question);
      view.show(block);
      this.views.set(block.key, view);
      const there = this.blocks.children[place];
      if (there !== view.element) this.blocks.insertBefore(view.element, there ?? null);
    });
    for (const key of gone) {
      this.views.get(key)?.element.remove();
      this.views.delete(key);
    }
  }

  /**
   * Until it is over the panel grows and never shrinks: when the reasoning is folded away, the text takes up the room that
   * this leaves, and nothing below the panel moves. A panel of another width begins anew.
   */
  holdHeight() {
    const { width, height } = this.blocks.getBoundingClientRect();
    const isSame = width === this.tallest.width;
    this.tallest = { width, height: isSame ? Math.max(height, this.tallest.height) : 0 };
    const isOver = !this.shown.live && this.shown.state !== "paused";
    this.blocks.style.minHeight = isOver || !this.tallest.height ? "" : `${this.tallest.height}px`;
  }

  /** @param {import("./state.js").Snapshot} now */
  updateState(now) {
    this.element.setAttribute("aria-busy", String(now.live));
    this.controls.show(now.live);
    const words = announcement(now.state, now.live, this.state.elapsed);
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  /** The clock goes on in silence too. */
  tick() {
    const clock = this.state.snapshot.live && this.top.querySelector(".bnb-clock");
    const seconds = this.state.secondsNow();
    if (seconds !== null) this.slider?.show(seconds);
    if (clock && seconds !== null) clock.textContent = duration(seconds);
  }
}

/** @param {Element} place @param {string} html */
function show(place, html) {
  morph(place, [...place.childNodes], [...safeNodes(html).childNodes], null);
}
