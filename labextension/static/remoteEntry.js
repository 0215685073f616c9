/**
 * What JupyterLab loads of this extension: a container as webpack's module federation makes one, written by hand.
 *
 * The modules are plain ES modules beside this file, and the panel's own, which the live widget uses too, in `panel/`.
 * They ask for JupyterLab's packages, which are one and the same for all extensions.
 */
(() => {
  const here = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const styles = ["panel.css", "code.css", "text.css", "finished.css"];
  /** @type {import("./share_scope.js").ShareScope} */
  let scope = {};

  /** @param {string} file */
  const load = (file) => import(new URL(file, here).href);

  /** @param {string[]} files each gives a function that makes a plugin of the packages it asks for */
  const plugins = async (...files) => {
    const { packagesOf } = await load("share_scope.js");
    const made = files.map(async (file) => (await load(file)).default(packagesOf(scope)));
    return { __esModule: true, default: await Promise.all(made) };
  };

  const addStyles = () => {
    for (const file of styles) {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(`panel/${file}`, here).href;
      document.head.append(link);
    }
    return {}; // JupyterLab writes a mark of its own on what it is given
  };

  /** @type {Record<string, () => object>} */
  const modules = {
    "./renderer": () => plugins("renderer.js"),
    "./plugins": () => plugins("prompts.js", "headings.js", "successors.js"),
    "./style": addStyles,
  };

  const container = {
    /** @param {import("./share_scope.js").ShareScope} shareScope */
    init(shareScope) {
      scope = shareScope;
    },
    /** @param {string} name */
    async get(name) {
      const exported = await modules[name]();
      return () => exported;
    },
  };
  const page = /** @type {any} */ (window);
  (page._JUPYTERLAB ??= {})["bedrock-nb"] = container;
})();
