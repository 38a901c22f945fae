// What a new draft starts with: the time, the form's defaults, "same as last time", lists as rows, what a due item or an audit carries.

import { shiftAt, toInstant } from "./instants.mjs";
import { rawFrom } from "./readback.mjs";

/**
 * @param {object} definition
 * @param {{wall: number, lists?: Record<string, {id: string}[]>, remembered?: object, carried?: object, raw?: object}} from
 *   remembered: answers of the author's last record of this form; carried: answers a due item or the sample before gives; raw: inputs as typed
 * @returns {Record<string, string|string[]>} the later of these win over the earlier; what the form does not ask is left out
 */
export function startingInputs(definition, { wall, lists = {}, remembered = {}, carried = {}, raw = {} }) {
  const questions = definition.sections.flatMap((section) => section.questions);
  const asked = new Set(questions.map((question) => question.id));
  const given = Object.entries({ ...rawFrom(carried), ...raw }).filter(([key]) => asked.has(key.split(".")[0]));
  const last = rawFrom(remembered);
  const kept = questions.filter(({ id, remember }) => remember && id in last).map(({ id }) => [id, last[id]]);
  return {
    happened_at: toInstant(wall), shift: shiftAt(wall),
    ...Object.assign({}, ...questions.map((question) => defaultsOf(question, lists))), ...Object.fromEntries(kept), ...Object.fromEntries(given),
  };
}

/** The defaults of one row of a repeat, by key. */
export function rowDefaults(repeat, row) {
  const set = (repeat.questions ?? []).filter((question) => hasDefault(question));
  return Object.fromEntries(set.map((question) => [`${repeat.id}.${row}.${question.id}`, question.default]));
}

/** The answers a sample hands to the next of its audit. */
export function carriedAnswers(definition, answers) {
  const carry = definition.sampling?.carry ?? [];
  return Object.fromEntries(carry.filter((id) => id in answers).map((id) => [id, answers[id]]));
}

function defaultsOf(question, lists) {
  if (hasDefault(question)) return { [question.id]: question.default };
  if (!question.rows_from) return {};
  const rows = (lists[question.rows_from] ?? []).map((entry) => entry.id);
  if (rows.length === 0) return question.none ? { [question.id]: ["none"] } : {}; // nothing on the list: the form says so itself
  return Object.assign({ [question.id]: rows }, ...rows.map((row) => rowDefaults(question, row)));
}

function hasDefault(question) {
  return question.default !== undefined && question.default !== null && question.default !== "";
}
