import { showPanel } from "./panel.js";
import { PanelState } from "./state.js";

/**
 * The panel as a Jupyter widget: messages from the kernel keep the state, any number of views show it.
 *
 * @typedef {{
 *   get: (name: string) => any,
 *   on: (name: string, listen: (...args: any[]) => void) => void,
 *   off: (name: string, listen: (...args: any[]) => void) => void,
 *   send: (message: object) => void,
 *   widget_manager?: { kernel?: { interrupt?: () => Promise<void> } },
 * }} Model
 */

const PATIENCE_WITH_KERNEL = 400; // milliseconds until a Stop that the kernel has not heard becomes an interrupt
const LONGEST_SILENCE = 5000; // milliseconds without news until the page asks whether it missed some
const PATIENCE_WITH_ANSWER = 1000; // milliseconds until the page asks for the whole again: what was sent may be lost
const PATIENCE_WITH_SUCCESSOR = 1000; // milliseconds until a panel that is over should have made room for its finished output
const OPENING = 500; // milliseconds in which JupyterLab opens a way to a busy kernel; what is told before is heard when it is idle
const MOVING = 1000; // milliseconds that a cell may be on no page while it is moved

export default () => {
  /** @type {PanelState} */
  let state;
  /** @type {import("./panel.js").Host} */
  let host;
  /** @type {KernelLink} */
  let link;
  return {
    /** Listening begins here and not in render, which would miss the first messages. @param {{model: Model}} props */
    initialize({ model }) {
      state = new PanelState();
      link = new KernelLink(model, state);
      host = link.host();
      return () => link.close();
    },
    /** @param {{model: Model, el: Element}} props */
    render({ el }) {
      el.classList.add("bnb-panel-host");
      const takeOff = showPanel(el, state, host);
      const stopOffering = link.offerSuccessor(el);
      link.show();
      return () => {
        takeOff();
        stopOffering();
        link.hide();
      };
    },
  };
};

/** The conversation with the kernel. */
class KernelLink {
  /** @param {Model} model @param {PanelState} state */
  constructor(model, state) {
    this.model = model;
    this.state = state;
    this.askedAt = -Infinity;
    this.lastNews = performance.now();
    this.page = String(Math.random());
    this.views = 0;
    this.told = 0;
    /** @type {Map<string, ((answer: any) => void)[]>} those who wait for an answer, by its kind */
    this.waiting = new Map();
    this.listen = (/** @type {any} */ message) => this.hear(message);
    this.load = () => this.takeTrait();
    this.notice = () => setTimeout(() => this.tell("resync", { number: this.state.number })); // after what caused it
    this.leave = () => this.views && this.tellOfPage("left");
    model.on("msg:custom", this.listen);
    model.on("change:snapshot", this.load);
    model.on("comm_live_update", this.notice);
    window.addEventListener("pagehide", this.leave);
    this.takeTrait();
    this.watch = setInterval(() => this.askIfSilent(), LONGEST_SILENCE / 5);
    if (state.number < 0) this.resync();
  }

  close() {
    clearInterval(this.watch);
    clearTimeout(this.hiding);
    clearTimeout(this.opening);
    this.views = 0; // those that are taken off after this are no news
    window.removeEventListener("pagehide", this.leave);
    this.model.off("msg:custom", this.listen);
    this.model.off("change:snapshot", this.load);
    this.model.off("comm_live_update", this.notice);
  }

  /** @returns {import("./panel.js").Host} */
  host() {
    const length = this.model.get("replay_length");
    const tell = this.tell.bind(this);
    const replay = {
      length, seek: (/** @type {number} */ seconds) => tell("seek", { seconds }), play: () => tell("play"), pause: () => tell("pause"),
    };
    return {
      ...(length ? { replay } : { stop: () => this.stop() }),
      question: { seen: (key) => tell("seen", { key }), answer: (key, consent) => tell("answer", { key, consent }) },
      markdown: () => this.ask("markdown"),
      events: () => this.ask("events").catch(() => []),
    };
  }

  /** Tell the kernel; false where it is gone, which Jupyter tells by an exception. @param {string} kind @param {object} [more] */
  tell(kind, more = {}) {
    try {
      this.model.send({ kind, ...more });
      return true;
    } catch {
      this.state.lose();
      return false;
    }
  }

  /** A busy kernel may hear the first of these last: so they are numbered. @param {string} kind */
  tellOfPage(kind) {
    this.told += 1;
    this.tell(kind, { page: this.page, order: this.told });
  }

  /** A view is on the page. */
  show() {
    this.views += 1;
    clearTimeout(this.hiding);
    if (this.views > 1) return;
    const tell = () => this.tellOfPage("shown");
    tell();
    clearTimeout(this.opening);
    this.opening = setTimeout(tell, OPENING);
    if (!this.state.snapshot.live) this.tellOnceDrawn();
  }

  /** A view was taken off the page. */
  hide() {
    this.views -= 1;
    if (this.views) return;
    clearTimeout(this.opening);
    this.hiding = setTimeout(() => this.tellOfPage("hidden"), MOVING);
  }

  /**
   * Tell the page when a panel is over and still there, as after the page was loaded anew: what the kernel has put in its
   * place did not reach it. Whoever can put it there, as the lab extension does, asks for it.
   * @param {Element} place
   */
  offerSuccessor(place) {
    /** @type {number | undefined} */
    let timer;
    const offer = () => place.dispatchEvent(new CustomEvent("bedrock-nb:over", {
      bubbles: true, detail: { successor: () => this.ask("successor") },
    }));
    const wait = () => {
      clearTimeout(timer);
      if (!this.state.snapshot.live) timer = setTimeout(offer, PATIENCE_WITH_SUCCESSOR);
    };
    this.state.views.add(wait);
    wait();
    return () => {
      clearTimeout(timer);
      this.state.views.delete(wait);
    };
  }

  /** What a page that was loaded anew has, before the kernel says more. */
  takeTrait() {
    const { panel, number, elapsed } = this.model.get("snapshot") ?? {};
    if (panel && number > this.state.number) this.takeWhole(panel, number, elapsed);
  }

  /** @param {import("./state.js").Snapshot} panel @param {number} number @param {number | null} [elapsed] */
  takeWhole(panel, number, elapsed = null) {
    this.askedAt = -Infinity;
    this.state.replace(panel, number, elapsed);
  }

  /** @param {any} message */
  hear(message) {
    this.lastNews = performance.now();
    const wasLive = this.state.snapshot.live;
    switch (message.kind) {
      case "patch":
        if (!this.state.patch(message.patch, message.number, message.elapsed ?? null)) this.resync();
        break;
      case "snapshot":
        this.takeWhole(message.panel, message.number, message.elapsed);
        break;
      case "current":
        this.askedAt = -Infinity;
        break;
      default:
        this.waiting.get(message.kind)?.forEach((resolve) => resolve(message.answer));
        this.waiting.delete(message.kind);
    }
    if (wasLive && !this.state.snapshot.live) this.tellOnceDrawn();
  }

  /** The kernel keeps what takes the panel's place back until then: the page is busy with that for longer than a frame. */
  tellOnceDrawn() {
    requestAnimationFrame(() => setTimeout(() => this.views && this.tellOfPage("drawn")));
  }

  /** Ask for the whole, and again after a while: the question, or its answer, may be lost too. */
  resync() {
    if (performance.now() - this.askedAt < PATIENCE_WITH_ANSWER) return;
    this.askedAt = performance.now();
    this.tell("resync", { number: this.state.number });
  }

  askIfSilent() {
    if (!this.state.snapshot.live || performance.now() - this.lastNews < LONGEST_SILENCE) return;
    this.lastNews = performance.now();
    this.resync();
  }

  /** @param {string} kind @returns {Promise<any>} */
  ask(kind) {
    return new Promise((resolve, reject) => {
      this.waiting.set(kind, [...(this.waiting.get(kind) ?? []), resolve]);
      if (!this.tell(kind)) reject(new Error("The kernel is gone."));
    });
  }

  /**
   * A kernel that is busy may not hear the message: then it is interrupted, as its own Stop button would. But only while
   * the cell of this panel runs: an interrupt ends whichever cell that does.
   */
  stop() {
    const impatience = setTimeout(() => {
      if (this.model.get("own_cell_runs")) this.model.widget_manager?.kernel?.interrupt?.();
    }, PATIENCE_WITH_KERNEL);
    const calmDown = () => clearTimeout(impatience);
    this.ask("stop").then(calmDown, calmDown);
  }
}
