const WIDGET_TYPE = "application/vnd.jupyter.widget-view+json";

/** @typedef {{model_id: string, data: Record<string, any>}} Successor what takes a widget's place, by MIME type */

/**
 * Puts the finished output in the place of a live panel that is over, where the kernel could not.
 *
 * A page that is loaded anew while a cell runs has lost the link from that cell to its outputs: it shows the widget, and
 * would save it, which is a blank once the kernel is gone. The panel tells when it is over and still there, and what takes
 * its place comes once it is made.
 * @param {import("./share_scope.js").Shared} shared
 */
export default async function successors(shared) {
  const { INotebookTracker } = await shared("@jupyterlab/notebook");
  return {
    id: "bedrock-nb:successors",
    description: "Keeps finished answers in place of their live panels when the page was loaded anew meanwhile.",
    autoStart: true,
    optional: [INotebookTracker],
    /** @param {any} _ @param {any} tracker */
    activate(_, tracker) {
      if (!tracker) return; // an application without notebooks
      document.addEventListener("bedrock-nb:over", async (event) => {
        /** @type {Successor | null} */
        const successor = await /** @type {CustomEvent} */ (event).detail.successor().catch(() => null);
        if (successor) tracker.forEach((/** @type {any} */ panel) => replace(panel.content.model, successor));
      });
    },
  };
}

/** @param {any} notebook JupyterLab's model of a notebook @param {Successor} successor */
function replace(notebook, { model_id, data }) {
  for (const { type, outputs } of notebook?.cells ?? []) {
    for (let place = 0; type === "code" && place < outputs.length; place += 1) {
      if (outputs.get(place).data[WIDGET_TYPE]?.model_id !== model_id) continue;
      outputs.set(place, { output_type: "display_data", data, metadata: {} });
    }
  }
}
