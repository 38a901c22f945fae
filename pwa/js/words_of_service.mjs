// What this kind of service calls things: "resident" or "tenant", put into a form's texts.

import { worded } from "./rulebook.mjs";

const TEXTS = new Set(["title", "about", "ask", "hint", "label", "body", "none", "add", "row_title", "why"]);
const SAID = ["placeholder", "aria-label"];

/** Puts the words into every text of a compiled definition. Changes it. */
export function wordDefinition(part, words) {
  if (part === null || typeof part !== "object") return part;
  for (const [key, value] of Object.entries(part)) {
    if (typeof value === "string" && TEXTS.has(key)) part[key] = worded(value, words);
    else wordDefinition(value, words);
  }
  return part;
}

/** Puts the words into what a form fragment shows and says, rows yet to be made included; never into markup. */
export function wordNodes(root, words) {
  const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = root; node; node = nodes.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) wordText(node, words);
    else if (node.nodeType === Node.ELEMENT_NODE) wordAttributes(node, words);
    if (node.localName === "template") wordNodes(node.content, words);
  }
}

function wordText(node, words) {
  if (node.data.includes("{")) node.data = worded(node.data, words);
}

function wordAttributes(element, words) {
  for (const name of SAID) {
    const value = element.getAttribute(name);
    if (value?.includes("{")) element.setAttribute(name, worded(value, words));
  }
}
