import { finishedPanel, panelAlone } from "./panel/finished.js";
import { Unreadable } from "./panel/recordings.js";

const RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json";
const BEFORE_HTML = 40; // the rank of text/html is 50, and the lowest is drawn

/**
 * Draws the recording's MIME type, in trusted and untrusted notebooks alike: nothing in it is trusted.
 * @param {import("./share_scope.js").Shared} shared
 */
export default async function renderer(shared) {
  const { Widget } = await shared("@lumino/widgets");

  class FinishedPanel extends Widget {
    /** @param {{sanitizer: {sanitize: (html: string) => string}}} options */
    constructor({ sanitizer }) {
      super();
      this.addClass("bnb-finished");
      /** @param {string} html */
      this.sanitize = (html) => sanitizer.sanitize(html);
    }

    /** What was asked for last is shown, also where something before it takes longer. @param {{data: Record<string, any>}} model */
    async renderModel({ data }) {
      const drawing = (this.latest = nodesOf(data, this.sanitize));
      const nodes = await drawing;
      if (this.latest === drawing) this.node.replaceChildren(...nodes);
    }
  }

  return {
    id: "bedrock-nb:recording",
    description: "Draws finished answers of bedrock_nb as panels that need no kernel.",
    rendererFactory: {
      safe: true,
      mimeTypes: [RECORDING_TYPE],
      /** @param {any} options JupyterLab's */
      createRenderer: (options) => new FinishedPanel(options),
    },
    dataType: "json",
    rank: BEFORE_HTML,
  };
}

/**
 * @param {Record<string, any>} data an output by MIME type
 * @param {(html: string) => string} sanitize
 * @returns {Promise<Element[]>} the panel; without its replay, or else as text, below a line that says why
 */
async function nodesOf(data, sanitize) {
  const [html, markdown] = [textOf(data["text/html"]), textOf(data["text/markdown"])];
  try {
    return [await finishedPanel(data[RECORDING_TYPE], { html, markdown }, sanitize)];
  } catch (error) {
    const reason = error instanceof Unreadable ? error.message : `The recording cannot be drawn (${error}).`;
    const why = element("p", `${reason} What follows is its static picture.`);
    why.className = "bnb-why-static";
    return [why, panelAlone(html, sanitize) ?? element("pre", textOf(data["text/plain"]))];
  }
}

/** @param {string} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** A text of a notebook's file, which may be in lines. @param {any} value @returns {string} */
const textOf = (value) => (Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "");
