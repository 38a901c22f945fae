// A sealed record shown again: its answers in words, and its answers as raw inputs for a correction.

import { longDate, shortTime, toWall } from "./instants.mjs";

/**
 * @param {object} definition @param {object} answers of the sealed body @param {Map<string, string>} names of people and staff
 * @returns {{id: string, title: string, rows: {question: string, number: string, ask: string, text: string, score: string}[]}[]}
 */
export function answeredSections(definition, answers, names) {
  return definition.sections
    .map((section) => ({
      id: section.id,
      title: section.title,
      rows: section.questions.filter((question) => question.id in answers).map((question) => rowOf(question, answers[question.id], names)),
    }))
    .filter((section) => section.rows.length > 0);
}

/** Sealed answers as the raw inputs they came from, to begin a correction with. */
export function rawFrom(answers) {
  return Object.fromEntries(Object.entries(answers).map(([id, value]) => [id, typeof value === "number" ? String(value) : value]));
}

function rowOf(question, value, names) {
  const chosen = [value].flat();
  const picked = question.options.filter((option) => chosen.includes(option.code));
  const score = picked.map((option) => option.score).find((found) => found && found !== "excluded") ?? "";
  const concern = picked.some((option) => option.concern);
  return { question: question.id, number: question.number, ask: question.ask, text: wordsFor(question, value, names), score, concern };
}

function wordsFor(question, value, names) {
  if (question.kind === "integer") return question.unit ? `${value} ${question.unit}` : String(value);
  if (question.kind === "instant") return shortTime(toWall(value), 0);
  if (question.kind === "date") return longDate(value);
  if (question.kind === "text") return value;
  const labels = new Map([...question.options, ...question.special].map((entry) => [entry.code, entry.label]));
  return [value].flat().map((code) => labels.get(code) ?? names.get(code) ?? code).join(", ");
}
