/**
 * What JupyterLab loads of this extension: a container as webpack's module federation makes one, written by hand.
 *
 * The modules are plain ES modules beside this file, and the panel's own, which the live widget uses too, in `panel/`.
 * They ask `shared` for JupyterLab's packages, which are one and the same for all extensions.
 */
(() => {
  const here = new URL(".", document.currentScript.src);
  const styles = ["panel.css", "code.css", "text.css", "finished.css"];
  let scope = {};

  /** A package that JupyterLab shares. There is one version of each that we ask for: they are singletons. */
  const shared = async (name) => {
    const [version] = Object.values(scope[name] ?? {});
    if (!version) throw new Error(`This JupyterLab shares no ${name}.`);
    return (await version.get())();
  };

  const plugin = async (file) => {
    const module = await import(new URL(file, here).href);
    return { __esModule: true, default: await module.default(shared) };
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

  const modules = {
    "./renderer": () => plugin("renderer.js"),
    "./prompts": () => plugin("prompts.js"),
    "./style": addStyles,
  };

  const container = {
    init(shareScope) {
      scope = shareScope;
    },
    async get(name) {
      const exported = await modules[name]();
      return () => exported;
    },
  };
  (window._JUPYTERLAB ??= {})["bedrock-nb"] = container;
})();
