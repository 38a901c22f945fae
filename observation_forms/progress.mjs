/**
 * How far a draft has come, for "3 questions left" and the lists that jump to them. Twin of progress.py.
 * @module
 */

import { normalise } from "./answers.mjs";
import { must_answer } from "./check.mjs";
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
  const shown = new Set(sight.visible);
  return definition.sections
    .map((section) => [section.id, section.questions.filter((question) => shown.has(question.id))])
    .filter(([, questions]) => questions.length > 0)
    .map(([id, questions]) => ofSection(id, questions, sight));
}

function ofSection(section, questions, { facts, faults }) {
  const required = questions.filter((question) => must_answer(question, facts));
  const answered = required.filter((question) => facts.answers.has(question.id));
  const missing = questions
    .filter(({ id }) => faults.has(id) || (required.some((each) => each.id === id) && !facts.answers.has(id)))
    .map((question) => question.id);
  return { section, required: required.length, answered: answered.length, missing };
}
