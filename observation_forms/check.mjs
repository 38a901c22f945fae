/**
 * What is wrong with a set of answers: a finding for each fault, in the order of the form.
 *
 * Twin of check.py. The form's own words are said: interpreters return codes, the definition holds the messages.
 * @module
 */

import { holds } from "./rules.mjs";
import { questions_of } from "./sight.mjs";

/**
 * One broken rule, the question it is said at, how grave it is, and what to do about it in plain words.
 * @typedef {{code: string, question: string, severity: "error" | "warning", message: string}} Finding
 */

/**
 * The faults of what is shown: answers that cannot be read, missing answers, limits, then the form's own checks.
 * @param {object} definition
 * @param {import("./sight.mjs").Sight} sight
 * @returns {Finding[]}
 */
export function check(definition, sight) {
  const shown = new Set(sight.visible);
  const findings = questions_of(definition)
    .filter((question) => shown.has(question.id))
    .flatMap((question) => codes(question, sight).map((code) => finding(definition, question, code)));
  for (const { code, question, must, severity, message } of definition.checks) {
    if (sight.facts.answers.has(question) && !holds(must, sight.facts)) {
      findings.push({ code, question, severity, message });
    }
  }
  return findings;
}

/**
 * What a sealed record should not have held: answers to hidden questions, then to questions the form lacks.
 * @param {object} definition
 * @param {Object<string, any>} answers
 * @param {import("./sight.mjs").Sight} sight
 * @returns {Finding[]}
 */
export function strays(definition, answers, sight) {
  const questions = questions_of(definition);
  const shown = new Set(sight.visible);
  const known = new Set(questions.map((question) => question.id));
  const hidden = questions
    .filter((question) => Object.hasOwn(answers, question.id) && !shown.has(question.id))
    .map((question) => finding(definition, question, "hidden_answer", "warning"));
  const unknown = Object.keys(answers)
    .filter((id) => !known.has(id))
    .sort(byCodePoints)
    .map((id) => finding(definition, { id, messages: {} }, "unknown_question", "warning"));
  return [...hidden, ...unknown];
}

/**
 * Whether a shown question has to be answered.
 * @param {object} question
 * @param {import("./rules.mjs").Facts} facts
 * @returns {boolean}
 */
export function must_answer(question, facts) {
  return question.required || (question.required_when !== null && holds(question.required_when, facts));
}

function finding(definition, question, code, severity = "error") {
  const message = question.messages[code] ?? definition.messages[code];
  return { code, question: question.id, severity, message };
}

function codes(question, sight) {
  if (sight.faults.has(question.id)) return [sight.faults.get(question.id)];
  if (sight.facts.answers.has(question.id)) return brokenLimits(question, sight.facts.answers.get(question.id));
  return must_answer(question, sight.facts) ? ["required"] : [];
}

function brokenLimits(question, value) {
  if (typeof value === "number") {
    return outside(value, question.minimum, question.maximum, "too_small", "too_large");
  }
  if (Array.isArray(value)) {
    const found = outside(value.length, question.min_chosen, question.max_chosen, "too_few", "too_many");
    return value.includes(question.exclusive) && value.length > 1 ? [...found, "not_alone"] : found;
  }
  if (question.kind === "text") {
    return outside([...value].length, question.min_length, question.max_length, "too_short", "too_long");
  }
  return [];
}

function outside(size, least, most, below, above) {
  if (least !== null && size < least) return [below];
  return most !== null && size > most ? [above] : [];
}

/** As Python sorts text; JavaScript's own order goes by UTF-16 units and puts emoji before U+FFFD. */
function byCodePoints(left, right) {
  const [ours, theirs] = [[...left], [...right]];
  const at = ours.findIndex((character, index) => character !== theirs[index]);
  if (at === -1) return ours.length - theirs.length;
  return at < theirs.length ? ours[at].codePointAt(0) - theirs[at].codePointAt(0) : 1;
}
