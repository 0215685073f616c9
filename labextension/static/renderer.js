import { showFinished } from "./panel/finished.js";
import { Unreadable } from "./panel/recordings.js";
import { savedPanel } from "./panel/saved_html.js";

const RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json";
const BEFORE_HTML = 40; // the rank of text/html is 50, and the lowest is drawn

/**
 * Draws the recording's MIME type, in trusted and untrusted notebooks alike: nothing in it is trusted.
 * @param {(name: string) => Promise<any>} shared
 */
export default async function renderer(shared) {
  const { Widget } = await shared("@lumino/widgets");

  class FinishedPanel extends Widget {
    constructor({ sanitizer }) {
      super();
      this.addClass("bnb-finished");
      this.sanitize = (html) => sanitizer.sanitize(html);
    }

    async renderModel({ data }) {
      const [html, markdown] = [textOf(data["text/html"]), textOf(data["text/markdown"])];
      try {
        await showFinished(this.node, data[RECORDING_TYPE], { html, markdown }, this.sanitize);
      } catch (error) {
        const reason = error instanceof Unreadable ? error.message : `The recording cannot be drawn (${error}).`;
        this.showNext(reason, html, textOf(data["text/plain"]));
      }
    }

    /** The same without its life, or else as text, below a line that says why. */
    showNext(reason, html, text) {
      const why = document.createElement("p");
      why.className = "bnb-why-static";
      why.textContent = `${reason} What follows is its static picture.`;
      const plain = document.createElement("pre");
      plain.textContent = text;
      this.node.replaceChildren(why, savedPanel(html, this.sanitize) ?? plain);
    }
  }

  return {
    id: "bedrock-nb:recording",
    description: "Draws finished answers of bedrock_nb as panels that need no kernel.",
    rendererFactory: {
      safe: true,
      mimeTypes: [RECORDING_TYPE],
      createRenderer: (options) => new FinishedPanel(options),
    },
    dataType: "json",
    rank: BEFORE_HTML,
  };
}

/** A text of a notebook's file, which may be in lines. */
const textOf = (value) => (Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "");
