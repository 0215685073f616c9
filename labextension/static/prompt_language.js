/**
 * The language of a %%bedrock cell: Markdown, as in Markdown cells, with its first line as a command and what stands
 * between double braces as Python.
 */

const MAGIC = /^\s*%%bedrock(?![\w-])/;
/** @type {[RegExp, string][]} the words of a first line; any other is a value */
const WORDS = [
  [/^%%\S+/, "BedrockMagic"],
  [/^--?[A-Za-z][\w-]*/, "BedrockOption"],
  [/^<</, "BedrockBinding"],
  [/^"(?:[^"\\]|\\.)*"?|^'[^']*'?/, "BedrockString"],
  [/^[\w.]+(?=\s*<<)/, "BedrockName"],
  [/^-?\d+(?:\.\d+)?(?!\S)/, "BedrockNumber"],
];
const OPENING = 0x7b; // {

/** @param {string} source */
export const isPrompt = (source) => MAGIC.test(source);

/**
 * @param {import("./share_scope.js").Shared} shared
 * @param {any} languages JupyterLab's registry of languages
 * @returns {Promise<any>} CodeMirror's LanguageSupport
 */
export async function promptLanguage(shared, languages) {
  const [{ Language, LanguageSupport }, { parseMixed }, { tags }, markdown, python] = await Promise.all([
    shared("@codemirror/language"),
    shared("@lezer/common"),
    shared("@lezer/highlight"),
    languages.getLanguage("ipythongfm"),
    languages.getLanguage("python"),
  ]);
  const base = markdown.support.language;
  const parser = base.parser.configure({
    defineNodes: nodes(tags),
    parseBlock: [FIRST_LINE],
    parseInline: [INTERPOLATION],
    wrap: parseMixed((/** @type {any} */ node, /** @type {any} */ input) => inPython(node, input, python.support.language.parser)),
  });
  return new LanguageSupport(new Language(base.data, parser, [], "bedrock-prompt"), [python.support.support]);
}

/** @param {any} tags of @lezer/highlight */
const nodes = (tags) => [
  { name: "BedrockCommand", block: true },
  { name: "BedrockMagic", style: tags.keyword },
  { name: "BedrockOption", style: tags.propertyName },
  { name: "BedrockBinding", style: tags.operator },
  { name: "BedrockName", style: tags.definition(tags.variableName) },
  { name: "BedrockString", style: tags.string },
  { name: "BedrockNumber", style: tags.number },
  { name: "BedrockValue", style: tags.string },
  { name: "BedrockInterpolation" },
  { name: "BedrockBrace", style: tags.operator },
  { name: "BedrockExpression" },
];

/** The line with the magic, which only blank lines may precede. */
const FIRST_LINE = {
  name: "BedrockCommand",
  before: "LinkReference",
  /** @param {any} context @param {any} line */
  parse(context, line) {
    if (!isPrompt(line.text) || context.input?.read(0, context.lineStart).trim()) return false;
    const [from, to] = [context.lineStart, context.lineStart + line.text.length];
    const words = wordsOf(line.text).map(([name, start, end]) => context.elt(name, from + start, from + end));
    context.addElement(context.elt("BedrockCommand", from, to, words));
    context.nextLine();
    return true;
  },
};

/** @param {string} line @returns {[string, number, number][]} what each word is, and where it begins and ends */
function wordsOf(line) {
  /** @type {[string, number, number][]} */
  const words = [];
  for (let rest = line.trimStart(); rest;) {
    const [name, length] = wordAt(rest);
    const start = line.length - rest.length;
    words.push([name, start, start + length]);
    rest = rest.slice(length).trimStart();
  }
  return words;
}

/** @param {string} rest @returns {[string, number]} what the word is that it begins with, and how long */
function wordAt(rest) {
  for (const [pattern, name] of WORDS) {
    const [word] = rest.match(pattern) ?? [];
    if (word) return [name, word.length];
  }
  return ["BedrockValue", rest.search(/\s|$/)];
}

const INTERPOLATION = {
  name: "BedrockInterpolation",
  before: "Escape",
  /** @param {any} context @param {number} next @param {number} position */
  parse(context, next, position) {
    if (next !== OPENING || context.char(position + 1) !== OPENING) return -1;
    const end = endOfExpression(context.slice(position, context.end), 2);
    if (end === null) return -1;
    const [start, stop] = [position + 2, position + end];
    const parts = [["BedrockBrace", position, start], ["BedrockExpression", start, stop], ["BedrockBrace", stop, stop + 2]];
    const elements = parts.map(([name, from, to]) => context.elt(name, from, to));
    return context.addElement(context.elt("BedrockInterpolation", position, stop + 2, elements));
  },
};

/**
 * What of the tree is Python: expressions in text, and those in code, of which Markdown sees no parts.
 * @param {any} node @param {any} input @param {any} parser
 */
function inPython(node, input, parser) {
  if (node.name === "BedrockExpression") return { parser };
  if (node.name !== "InlineCode" && node.name !== "CodeText") return null;
  const text = input.read(node.from, node.to);
  const overlay = [];
  for (let place = text.indexOf("{{"); place >= 0; place = text.indexOf("{{", place + 2)) {
    const end = endOfExpression(text.slice(place), 2);
    if (end !== null) overlay.push({ from: node.from + place + 2, to: node.from + place + end });
  }
  return overlay.length ? { parser, overlay } : null;
}

/**
 * Where the double braces close that end an expression, strings and brackets in it passed over.
 * @param {string} text @param {number} start @returns {number | null}
 */
function endOfExpression(text, start) {
  if (text[start] === "{") return null; // of three braces the last two open, as for the kernel
  let depth = 0;
  for (let place = start; place < text.length; place += 1) {
    const character = text[place];
    if (character === "'" || character === '"') place = endOfString(text, place);
    else if (depth === 0 && text.startsWith("}}", place)) return text.slice(start, place).trim() ? place : null;
    else if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    if (depth < 0) return null;
  }
  return null;
}

/** @param {string} text @param {number} start */
function endOfString(text, start) {
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === text[start]) return place;
  }
  return text.length;
}
