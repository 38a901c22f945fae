/**
 * What is wrong with a set of answers: a finding for each fault, in the order of the form.
 *
 * Twin of check.py. The form's own words are said: interpreters return codes, the definition holds the messages.
 * @module
 */

import { is_worked_out } from "./answers.mjs";
import { index_of, question_at } from "./keys.mjs";
import { holds, in_row, rows_of } from "./rules.mjs";

/**
 * One broken rule, the key it is said at, how grave it is, and what to do about it in plain words.
 * @typedef {{code: string, question: string, severity: "error" | "warning", message: string}} Finding
 */

/**
 * The faults of what is shown: answers that cannot be read, missing answers, limits, then the form's own checks.
 * @param {object} definition
 * @param {import("./sight.mjs").Sight} sight
 * @returns {Finding[]}
 */
export function check(definition, sight) {
  const findings = sight.visible.flatMap((key) =>
    codes(question_at(definition, key), key, sight).map((code) => finding(definition, key, code)),
  );
  for (const { code, question, must, severity, message } of definition.checks ?? []) {
    for (const key of placesOfCheck(definition, question, sight.facts)) {
      if (!holds(must, factsAt(key, sight.facts))) findings.push({ code, question: key, severity: severity ?? "error", message });
    }
  }
  return findings;
}

/**
 * What a sealed record should not have held: answers to hidden questions and values that are not those worked out, in
 * the order of the form; then answers to questions the form lacks.
 * @param {object} definition
 * @param {Object<string, any>} answers
 * @param {import("./sight.mjs").Sight} sight
 * @returns {Finding[]}
 */
export function strays(definition, answers, sight) {
  const shown = new Set(sight.visible);
  const given = Object.keys(answers).sort(byCodePoints);
  const known = given.filter((key) => question_at(definition, key) !== null);
  const unknown = given.filter((key) => question_at(definition, key) === null);
  const { places } = index_of(definition);
  const place = (key) => places.get(key.split(".", 1)[0]);
  return [
    ...known.sort((one, other) => place(one) - place(other)).flatMap((key) => {
      if (!shown.has(key)) return [finding(definition, key, "hidden_answer", "warning")];
      const differs = is_worked_out(question_at(definition, key)) && answers[key] !== sight.facts.answers.get(key);
      return differs ? [finding(definition, key, "worked_out_differs", "warning")] : [];
    }),
    ...unknown.map((key) => finding(definition, key, "unknown_question", "warning")),
  ];
}

/**
 * Whether a shown question has to be answered.
 * @param {object} question
 * @param {string} key the question's
 * @param {import("./rules.mjs").Facts} facts
 * @returns {boolean}
 */
export function must_answer(question, key, facts) {
  if (question.kind === "counts") return false;
  if (question.required) return true;
  return (question.required_when ?? null) !== null && holds(question.required_when, factsAt(key, facts));
}

/** Once the question is answered; in each row, if it is a question of rows. */
function placesOfCheck(definition, id, facts) {
  const question = index_of(definition).by_id.get(id);
  const repeat = question.in_repeat;
  const keys = repeat ? rows_of(repeat, facts).map((row) => `${repeat}.${row}.${id}`) : [id];
  return keys.filter((key) => isAnswered(question, key, facts));
}

function isAnswered(question, key, { answers }) {
  if (question.kind === "counts") return question.items.every((item) => answers.has(`${key}.${item.code}`));
  return answers.has(key);
}

/** A key in a row has three parts, and its rules look at the row. */
function factsAt(key, facts) {
  const [repeat, row, id] = key.split(".");
  return id === undefined ? facts : in_row(repeat, row, facts);
}

function finding(definition, key, code, severity = "error") {
  const own = question_at(definition, key)?.messages?.[code];
  return { code, question: key, severity, message: own ?? definition.messages[code] };
}

function codes(question, key, sight) {
  if (sight.faults.has(key)) return [sight.faults.get(key)];
  if (sight.facts.answers.has(key)) return brokenLimits(question, sight.facts.answers.get(key), sight.facts);
  return must_answer(question, key, sight.facts) ? ["required"] : [];
}

function brokenLimits(question, value, { author }) {
  if (typeof value === "number") {
    return outside(value, question.minimum, question.maximum, "too_small", "too_large");
  }
  if (question.kind === "repeat") {
    const is_none = value[0] === "none";
    return is_none ? [] : outside(value.length, question.min_rows, question.max_rows, "too_few_rows", "too_many_rows");
  }
  if (Array.isArray(value)) {
    const found = outside(value.length, question.min_chosen, question.max_chosen, "too_few", "too_many");
    return value.includes(question.exclusive) && value.length > 1 ? [...found, "not_alone"] : found;
  }
  if (question.kind === "text") {
    return outside([...value].length, question.min_length, question.max_length, "too_short", "too_long");
  }
  return question.kind === "signer" && author !== "" && value === author ? ["same_person"] : [];
}

function outside(size, least, most, below, above) {
  if (size < (least ?? -Infinity)) return [below];
  return size > (most ?? Infinity) ? [above] : [];
}

/** As Python sorts text; JavaScript's own order goes by UTF-16 units and puts emoji before U+FFFD. */
function byCodePoints(left, right) {
  const [ours, theirs] = [[...left], [...right]];
  const at = ours.findIndex((character, index) => character !== theirs[index]);
  if (at === -1) return ours.length - theirs.length;
  return at < theirs.length ? ours[at].codePointAt(0) - theirs[at].codePointAt(0) : 1;
}
