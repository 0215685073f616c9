import { isPrompt, promptLanguage } from "./prompt_language.js";

const PROMPT_TYPE = "text/x-bedrock-prompt";

/**
 * Colours the cells that begin with %%bedrock as prompts, and lets them be Python again when the magic goes.
 *
 * A cell's language is that of its MIME type, which is a matter of the page and not of the notebook's file. The
 * language itself is loaded with the first prompt.
 * @param {import("./share_scope.js").Shared} shared
 */
export default async function prompts(shared) {
  const [{ INotebookTracker }, { IEditorLanguageRegistry }] = await Promise.all([
    shared("@jupyterlab/notebook"),
    shared("@jupyterlab/codemirror"),
  ]);
  return {
    id: "bedrock-nb:prompts",
    description: "Colours %%bedrock cells as prompts.",
    autoStart: true,
    optional: [INotebookTracker, IEditorLanguageRegistry],
    /** @param {any} _ @param {any} tracker @param {any} languages */
    activate(_, tracker, languages) {
      if (!tracker || !languages) return; // an application without notebooks
      languages.addLanguage({
        name: "bedrock-prompt",
        displayName: "Bedrock prompt",
        mime: PROMPT_TYPE,
        load: () => promptLanguage(shared, languages),
      });
      const watch = (/** @type {any} */ panel) => watchNotebook(panel.content);
      tracker.forEach(watch);
      tracker.widgetAdded.connect((/** @type {any} */ _, /** @type {any} */ panel) => watch(panel));
    },
  };
}

/** @param {any} notebook JupyterLab's Notebook widget */
function watchNotebook(notebook) {
  const watchCells = () => {
    const cells = notebook.model?.cells;
    for (const cell of cells ?? []) watchCell(cell);
    cells?.changed.connect((/** @type {any} */ _, /** @type {any} */ { type, newValues }) => {
      if (type === "add" || type === "set") newValues.forEach(watchCell);
    });
  };
  /** @param {any} cell */
  const watchCell = (cell) => {
    if (cell.type !== "code") return;
    const update = () => setLanguage(cell, notebook.codeMimetype);
    cell.contentChanged.connect(update);
    cell.mimeTypeChanged.connect(update); // a kernel that starts sets its own language everywhere
    update();
  };
  notebook.modelChanged.connect(watchCells);
  watchCells();
}

/** @param {any} cell @param {string} language the MIME type of the notebook's other cells */
function setLanguage(cell, language) {
  const wanted = isPrompt(cell.sharedModel.getSource()) ? PROMPT_TYPE : language;
  const isOurs = wanted === PROMPT_TYPE || cell.mimeType === PROMPT_TYPE;
  if (isOurs && cell.mimeType !== wanted) cell.mimeType = wanted;
}
