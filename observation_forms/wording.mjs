/**
 * The words of a service put into a form's texts: "How is the {person}?" asked in a supported living house.
 *
 * Twin of wording.py. One look from left to right, so that nothing is put into what was put in.
 * @module
 */

export const WORDS = ["person", "people", "place", "unit", "home"];

/**
 * The text with each `{word}` and `{Word}` replaced by the service's word; what `words` does not hold stays as written.
 * @param {string} text
 * @param {Object<string, string>} words
 * @returns {string}
 */
export function worded(text, words) {
  const [start, ...parts] = text.split("{");
  return parts.reduce((done, part) => done + filled(part, words), start);
}

/** `part` is what stands after a brace: "person} here", or anything else. */
function filled(part, words) {
  const end = part.indexOf("}");
  const name = part.slice(0, Math.max(end, 0));
  const small = WORDS.find((each) => each === name || capitalised(each) === name);
  if (small === undefined || !Object.hasOwn(words, small)) return `{${part}`;
  return (small === name ? words[small] : capitalised(words[small])) + part.slice(end + 1);
}

function capitalised(word) {
  const [first = "", ...rest] = word;
  return first.toUpperCase() + rest.join("");
}
