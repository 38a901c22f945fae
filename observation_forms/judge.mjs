/**
 * The one door to what a form makes of its answers.
 *
 * Twin of judge.py. `judge` is for a record (sealed, or about to be); `judge_draft` for what stands in a draft, where
 * hidden answers are no fault and input that cannot be read is still there as typed.
 * @module
 */

import { normalise } from "./answers.mjs";
import { check, strays } from "./check.mjs";
import { concerns_of, result_of, score_of } from "./score.mjs";
import { see } from "./sight.mjs";

/**
 * Findings in the order of the form; ids shown; score and result; ids whose answer raises a concern.
 * @typedef {Object} Judgement
 * @property {import("./check.mjs").Finding[]} findings
 * @property {string[]} visible
 * @property {import("./score.mjs").Score} score
 * @property {"met" | "partly" | "not_met" | "not_scored"} result
 * @property {string[]} concerns
 */

/**
 * What the form makes of a record's answers. Never throws, whatever the answers are.
 * @param {object} definition the compiled definition
 * @param {Object<string, any>} answers
 * @param {import("./sight.mjs").Context} context
 * @returns {Judgement}
 */
export function judge(definition, answers, context) {
  return judge_seen(definition, answers, see(definition, answers, context));
}

/**
 * The same of answers already seen, for whoever also weighs the record (`bearing_of`).
 * @param {object} definition
 * @param {Object<string, any>} answers
 * @param {import("./sight.mjs").Sight} sight
 * @returns {Judgement}
 */
export function judge_seen(definition, answers, sight) {
  return judgement(definition, sight, [...check(definition, sight), ...strays(definition, answers, sight)]);
}

/**
 * What the form makes of raw input, and the answers it would seal now. May be sealed when no finding is an error.
 * @param {object} definition the compiled definition
 * @param {Object<string, string | string[]>} raw
 * @param {import("./sight.mjs").Context} context
 * @returns {{answers: Object<string, string | number | string[]>, judgement: Judgement}}
 */
export function judge_draft(definition, raw, context) {
  const { answers, invalid } = normalise(definition, raw);
  const sight = see(definition, answers, context, invalid);
  const sealed = Object.fromEntries(sight.facts.answers);
  return { answers: sealed, judgement: judgement(definition, sight, check(definition, sight)) };
}

function judgement(definition, { visible, facts }, findings) {
  const score = score_of(definition, facts);
  const result = result_of(definition, facts, score);
  return { findings, visible, score, result, concerns: concerns_of(definition, facts) };
}
