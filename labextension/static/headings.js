import { safeNodes } from "./panel/allowed.js";

const RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json";
const HTML_TYPE = "text/html";

/** @typedef {{text: string, level: number, id: string | null, skip: boolean}} Heading as JupyterLab has them */

/**
 * Lets JupyterLab find the headings of finished answers without a request to anywhere.
 *
 * Its table of contents puts the HTML of every output, drawn or not, into an element of the live page to find the
 * headings, and with that the browser fetches each picture of it, also in notebooks that nobody trusts. In cells with an
 * answer they are read from a page where nothing loads; what JupyterLab does with other cells is left alone.
 * @param {import("./share_scope.js").Shared} shared
 */
export default async function headings(shared) {
  const { Cell, CodeCell } = await shared("@jupyterlab/cells");
  return {
    id: "bedrock-nb:headings",
    description: "Lists the headings of finished answers without loading what their HTML names.",
    autoStart: true,
    activate: () => readInSafety(CodeCell.prototype, Cell.HeadingType.HTML),
  };
}

/**
 * JupyterLab 4.2 asks for `headings`, later ones for `getHeadings()`; there is no other way in.
 * @param {any} codeCell the prototype @param {number} type
 */
function readInSafety(codeCell, type) {
  const { get, ...theirs } = Object(Object.getOwnPropertyDescriptor(codeCell, "headings"));
  const find = codeCell.getHeadings;
  if (get) {
    const read = /** @this {any} */ function () {
      return headingsOf(this, type) ?? get.call(this);
    };
    Object.defineProperty(codeCell, "headings", { ...theirs, get: read });
  }
  if (find) {
    codeCell.getHeadings = /** @this {any} */ async function () {
      return headingsOf(this, type) ?? find.call(this);
    };
  }
}

/** @param {any} cell @param {number} type @returns {object[] | null} null where the cell holds no answer */
function headingsOf(cell, type) {
  const { outputs } = cell.model;
  const all = Array.from({ length: outputs.length }, (_, place) => outputs.get(place));
  if (!all.some(({ data }) => RECORDING_TYPE in data)) return null;
  return all.flatMap((output, outputIndex) => headingsIn(output).map((heading) => ({ ...heading, outputIndex, type })));
}

/** @type {WeakMap<object, {html: string, headings: Heading[]}>} what was found: it is asked for whenever somebody types */
const known = new WeakMap();

/** @param {any} output @returns {Heading[]} */
function headingsIn(output) {
  const html = [output.data[HTML_TYPE] ?? ""].flat().join("");
  const before = known.get(output);
  if (before?.html === html) return before.headings;
  const headings = [...safeNodes(html).querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ textContent, tagName }) => (
    { text: textContent ?? "", level: Number(tagName[1]), id: null, skip: false }
  ));
  known.set(output, { html, headings });
  return headings;
}
