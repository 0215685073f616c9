import { button } from "./copy_button.js";
import { replaySlider } from "./replay_slider.js";
import { Reveal, hide } from "./reveal.js";
import { lengthAt, scoreOf } from "./score.js";

/**
 * The button that replays a finished panel at its recorded pace; a row with the slider comes and goes with it. Nothing
 * is drawn anew: what is there is hidden, and shown again as it came.
 * @param {Element} panel
 * @param {string[]} keys of the blocks on the page, in their order
 * @param {{duration: number | null, events: import("./recordings.js").TimedEvent[]}[]} calls
 * @returns {HTMLElement | null} null where nothing came
 */
export function replayButton(panel, keys, calls) {
  const place = /** @type {HTMLElement | null} */ (panel.querySelector(".bnb-blocks"));
  const score = place?.childElementCount === keys.length ? scoreOf(keys, calls) : null;
  if (!place || !score) return null;
  const player = new Player(place, score, () => opener.focus({ preventScroll: true }));
  const opener = button("Replay", "bnb-quiet", () => player.open());
  return opener;
}

class Player {
  /**
   * @param {HTMLElement} place @param {{tracks: import("./score.js").Track[], seconds: number}} score
   * @param {() => void} onEnd is called when the reader ends it
   */
  constructor(place, { tracks, seconds }, onEnd) {
    this.place = place;
    this.tracks = tracks;
    this.seconds = seconds;
    this.now = seconds;
    /** @type {BlockReplay[]} */
    this.blocks = [];
    this.frame = 0;
    this.playButton = button("Pause", "bnb-play", () => (this.frame ? this.pause() : this.play()));
    this.slider = replaySlider({
      length: seconds,
      seek: (to) => {
        this.pause();
        this.seek(to);
      },
    });
    this.element = document.createElement("div");
    this.element.className = "bnb-player";
    this.element.append(this.playButton, this.slider.element, button("End replay", "bnb-quiet", () => {
      this.close();
      onEnd();
    }));
  }

  /** From the beginning, in the room that the whole takes, so that nothing jumps. */
  open() {
    this.close();
    this.place.before(this.element);
    this.place.style.minHeight = `${this.place.offsetHeight}px`;
    this.blocks = [...this.place.children].map((element, place) => new BlockReplay(element, this.tracks[place]));
    this.seek(0);
    this.play();
    this.playButton.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** Everything as it was. */
  close() {
    this.pause();
    for (const block of this.blocks) block.end();
    this.blocks = [];
    this.place.style.minHeight = "";
    this.element.remove();
  }

  play() {
    if (this.now >= this.seconds) this.seek(0);
    this.playButton.textContent = "Pause";
    let last = performance.now();
    const tick = (/** @type {number} */ time) => {
      this.seek(this.now + Math.max(0, time - last) / 1000);
      last = time;
      if (this.now >= this.seconds || !this.element.isConnected) this.pause();
      else this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.playButton.textContent = "Play";
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.now = Math.min(seconds, this.seconds);
    for (const block of this.blocks) block.show(this.now);
    this.slider.show(this.now);
  }
}

/** One block of the panel as it was at some moment. */
class BlockReplay {
  /** @param {Element} element @param {import("./score.js").Track} track */
  constructor(element, track) {
    this.element = element;
    this.track = track;
    this.foot = element.querySelector(":scope > .bnb-foot");
    this.wasOpen = element.hasAttribute("open");
    const growing = element.querySelectorAll(":scope > .bnb-prose, :scope > .bnb-input");
    this.reveal = new Reveal([...growing], track.source);
  }

  /** @param {number} seconds */
  show(seconds) {
    const { begin, end, result } = this.track;
    const isGrowing = begin <= seconds && seconds < end;
    hide(this.element, seconds < begin);
    this.element.classList.toggle("bnb-growing", isGrowing);
    if (this.foot) {
      hide(this.foot, seconds < end);
      this.foot.classList.toggle("bnb-awaited", seconds < result); // the place of a result is kept
    }
    if (this.element instanceof HTMLDetailsElement) this.element.open = isGrowing || (seconds >= end && this.wasOpen);
    this.reveal.show(seconds < end ? lengthAt(this.track, seconds) : Infinity);
  }

  end() {
    this.show(Infinity);
  }
}
