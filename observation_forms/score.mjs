/**
 * The result of a form, on whole numbers only (domain/4 Scoring).
 *
 * Twin of score.py. met scores 100 hundredths, partly 50, not met nothing; what was not seen is left out. The
 * thresholds are the form's; they are compared as products, so that no percentage is ever rounded.
 * @module
 */

import { question_at } from "./keys.mjs";

const POINTS = { met: 100, partly: 50, not_met: 0 };
const RESULTS = ["met", "partly", "not_met"];

/**
 * Hundredths reached, and how many answers were scored (each worth 100 at best).
 * @typedef {{points: number, scored: number}} Score
 */

/**
 * The score of the answers that count.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @returns {Score}
 */
export function score_of(definition, facts) {
  const points = scores(definition, facts).map((score) => POINTS[score]);
  return { points: points.reduce((total, each) => total + each, 0), scored: points.length };
}

/**
 * met, partly, not_met; or not_scored when the form has no thresholds or nothing was scored.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @param {Score} score
 * @returns {string}
 */
export function result_of(definition, facts, score) {
  if ((definition.result ?? null) === null || score.scored === 0) return "not_scored";
  const stars = scores(definition, facts, (question) => question.star);
  const { met_from, not_met_below } = definition.result;
  if (stars.includes("not_met") || score.points < not_met_below * score.scored) return "not_met";
  const fell = scores(definition, facts).includes("not_met");
  return fell || score.points < met_from * score.scored ? "partly" : "met";
}

/**
 * The classes met, partly and not_met of the answers given, in order; of those questions alone that `counts` picks.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @param {(question: object) => boolean} [counts]
 * @returns {string[]}
 */
export function scores(definition, facts, counts = () => true) {
  const found = [];
  for (const [key, value] of facts.answers) {
    const question = question_at(definition, key);
    if (question?.options !== undefined && counts(question)) {
      const score = question.options.find((option) => option.code === value)?.score ?? "excluded";
      if (score !== "excluded") found.push(score);
    }
  }
  return found;
}

/**
 * The keys of the questions whose answer raises an immediate concern (domain/4 `!`), in order.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @returns {string[]}
 */
export function concerns_of(definition, facts) {
  return [...facts.answers.keys()].filter((key) => raisesConcern(question_at(definition, key), facts.answers.get(key)));
}

/**
 * Whether an author may give `chosen` where `computed` was reached: the same or lower, never higher.
 * @param {string} computed
 * @param {string} chosen
 * @returns {boolean}
 */
export function result_allowed(computed, chosen) {
  if (RESULTS.includes(computed) && RESULTS.includes(chosen)) {
    return RESULTS.indexOf(chosen) >= RESULTS.indexOf(computed);
  }
  return computed === "not_scored" && chosen === "not_scored";
}

function raisesConcern(question, value) {
  return question?.options?.some((option) => option.concern && [value].flat().includes(option.code)) ?? false;
}
