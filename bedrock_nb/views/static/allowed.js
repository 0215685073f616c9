/**
 * The elements and attributes that a panel is made of, and nothing else gets into the page.
 *
 * The kernel's HTML holds no others. This is the second lock on the same door: should anything slip through the first,
 * it is dropped here, before it is part of the document.
 */

// Python's tests read this object as JSON: keep it one. Formulas get no offsets, no heights of padded parts and no sizes of
// text: they have no business away from where they stand.
export const ALLOWED = {
  "elements": {
    "a": ["href", "rel", "target"], "article": [], "b": [], "blockquote": [], "br": [], "cite": [], "code": [],
    "del": [], "details": ["open"], "div": [], "em": [], "h1": [], "h2": [], "h3": [], "h4": [], "h5": [], "h6": [],
    "hr": [], "img": ["src", "alt"], "li": ["value"], "ol": ["start"], "p": [], "pre": [], "rp": [], "s": [], "section": [],
    "span": ["style"], "strong": [], "summary": [], "sup": [], "table": [], "tbody": [], "td": ["style"], "th": ["scope", "style"],
    "thead": [], "tr": [], "ul": [],
    "math": ["display"], "menclose": ["notation"], "merror": [], "mfrac": ["linethickness"], "mi": ["mathvariant"],
    "mlabeledtr": [], "mmultiscripts": [], "mn": [],
    "mo": ["stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize", "movablelimits"],
    "mover": ["accent"], "mpadded": ["width", "lspace"], "mphantom": [],
    "mprescripts": [], "mroot": [], "mrow": [], "ms": [], "mspace": ["width", "height", "depth"], "msqrt": [],
    "mstyle": ["displaystyle", "scriptlevel", "mathcolor", "mathvariant"], "msub": [], "msubsup": [],
    "msup": [], "mtable": ["columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "displaystyle"],
    "mtd": ["columnalign", "columnspan", "rowspan"], "mtext": ["mathvariant"], "mtr": [], "munder": ["accentunder"],
    "munderover": [], "none": []
  },
  "attributes": ["class", "dir", "title", "role", "tabindex", "hidden", "aria-label", "aria-hidden", "data-lang", "data-slot"],
  "lengths": ["width", "height", "depth", "lspace", "rspace", "minsize", "maxsize", "linethickness", "rowspacing", "columnspacing"],
  "values": {
    "length": "^(([+]?([0-9]{1,2}([.][0-9]{1,3})?|[.][0-9]{1,3})(em|ex|px|pt|mu|%|)|[a-z]+)( |$))+$",
    "href": "^(https?://[^\\s/?#@\\\\]+([/?#]|$)|mailto:)",
    "src": "^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$",
    "target": "^_blank$",
    "class": "^(bnb-[A-Za-z0-9_-]+ ?)*$",
    "style": "^(--at:[0-9.]+%;--for:[0-9.]+%|text-align:(left|center|right))$"
  }
};

const VALUES = new Map(
  [...Object.entries(ALLOWED.values), ...ALLOWED.lengths.map((name) => [name, ALLOWED.values.length])].map(
    ([name, pattern]) => [name, new RegExp(pattern, "i")],
  ),
);
/** @type {Map<string, Set<string>>} */
const ELEMENTS = new Map(
  Object.entries(ALLOWED.elements).map(([name, own]) => [name, new Set([...ALLOWED.attributes, ...own])]),
);

/**
 * HTML as nodes, everything that is not on the list dropped with all that is in it.
 * @param {string} html
 * @param {string} within the element that the nodes will stand in: a table row is one only within a table
 * @returns {DocumentFragment}
 */
export function safeNodes(html, within = "div") {
  const page = new DOMParser().parseFromString("", "text/html"); // a page without a window: nothing in it runs or loads
  const holder = page.createElement(within);
  holder.innerHTML = html;
  cleanse(holder);
  const nodes = document.createDocumentFragment();
  nodes.append(...holder.childNodes);
  return nodes;
}

/** @param {Element} parent */
function cleanse(parent) {
  for (const node of [...parent.childNodes]) {
    if (node instanceof Text || node.nodeType === Node.TEXT_NODE) continue;
    const element = node.nodeType === Node.ELEMENT_NODE ? /** @type {Element} */ (node) : null;
    const attributes = element && ELEMENTS.get(element.localName);
    if (!element || !attributes) {
      node.remove();
      continue;
    }
    for (const { name, value } of [...element.attributes]) {
      if (!attributes.has(name) || !(VALUES.get(name)?.test(value) ?? true)) element.removeAttribute(name);
    }
    cleanse(element);
  }
}
