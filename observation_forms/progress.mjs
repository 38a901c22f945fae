/**
 * How far a draft has come, for "3 questions left" and the lists that jump to them. Twin of progress.py.
 * @module
 */

import { normalise } from "./answers.mjs";
import { must_answer } from "./check.mjs";
import { index_of, question_at } from "./keys.mjs";
import { see } from "./sight.mjs";

/**
 * One section: how many of its questions must be answered, how many of these are, and which are to be put right:
 * the unanswered that must be answered, and any whose input cannot be read.
 * @typedef {{section: string, required: number, answered: number, missing: string[]}} SectionProgress
 */

/**
 * Each section of which something is shown, in order.
 * @param {object} definition the compiled definition
 * @param {Object<string, string | string[]>} raw
 * @param {import("./sight.mjs").Context} context
 * @returns {SectionProgress[]}
 */
export function progress(definition, raw, context) {
  const { answers, invalid } = normalise(definition, raw);
  const sight = see(definition, answers, context, invalid);
  const found = new Map();
  const { sections } = index_of(definition);
  for (const key of sight.visible) {
    const section = sections.get(key.split(".", 1)[0]);
    if (!found.has(section)) found.set(section, { section, required: 0, answered: 0, missing: [] });
    add(found.get(section), key, must_answer(question_at(definition, key), key, sight.facts), sight);
  }
  return [...found.values()];
}

function add(progress, key, required, { facts, faults }) {
  const answered = facts.answers.has(key);
  if (required) progress.required += 1;
  if (required && answered) progress.answered += 1;
  if (faults.has(key) || (required && !answered)) progress.missing.push(key);
}
