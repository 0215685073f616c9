import { isLeftByReader } from "./folds.js";

/** Make nodes that are shown equal to new ones by the fewest changes: selections, scrolling and focus stay. */

/**
 * @param {Node} parent
 * @param {ChildNode[]} shown children of `parent`, next to one another
 * @param {ChildNode[]} wanted nodes that are in no document; they may be used up
 * @param {ChildNode | null} after what follows the shown nodes
 * @returns {ChildNode[]} what is shown now
 */
export function morph(parent, shown, wanted, after) {
  /** @type {ChildNode[]} */
  const result = [];
  wanted.forEach((node, index) => {
    const old = shown[index];
    if (!old) {
      parent.insertBefore(node, after);
      result.push(node);
    } else if (isAlike(old, node)) {
      update(old, node);
      result.push(old);
    } else {
      old.replaceWith(node);
      result.push(node);
    }
  });
  for (const old of shown.slice(wanted.length)) old.remove();
  return result;
}

/** @param {Node} old @param {Node} wanted */
function isAlike(old, wanted) {
  return old.nodeType === wanted.nodeType && old.nodeName === wanted.nodeName;
}

/** @param {ChildNode} old @param {ChildNode} wanted */
function update(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    const [before, now] = [old.nodeValue ?? "", wanted.nodeValue ?? ""];
    if (before === now) return;
    const text = /** @type {Text} */ (old);
    if (now.startsWith(before)) text.appendData(now.slice(before.length)); // keeps a selection in it
    else text.data = now;
  } else if (old instanceof Element && wanted instanceof Element) {
    updateAttributes(old, wanted, isLeftByReader(old) ? ["open"] : []);
    morph(old, [...old.childNodes], [...wanted.childNodes], null);
  }
}

/**
 * @param {Element} old
 * @param {Element} wanted
 * @param {string[]} except names of attributes to leave as they are
 */
export function updateAttributes(old, wanted, except = []) {
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name) && !except.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...wanted.attributes]) {
    if (old.getAttribute(name) !== value && !except.includes(name)) old.setAttribute(name, value);
  }
}
