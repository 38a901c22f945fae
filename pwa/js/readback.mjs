// A sealed record shown again: its answers in words, and its answers as raw inputs for a correction.

import { durationWords } from "./durations.mjs";
import { longDate, shortTime, toWall } from "./instants.mjs";
import { questionAt } from "./rulebook.mjs";
import { rowNames } from "./rows.mjs";

/**
 * @typedef {object} AnswerRow
 * @property {string} question the key @property {string} number @property {string} ask @property {any} value @property {string} text
 * @property {string} score "met", "partly", "not_met" or "" @property {boolean} concern
 * @property {string} where "Person 2: M.T., Room 12" in a row of a repeat, what is counted in a grid, else ""
 * @property {string} heading the same at the first answer there, else ""
 */

/**
 * @param {object} definition @param {object} answers of the sealed body @param {Map<string, string>} names of people, staff and what is on lists
 * @returns {{id: string, title: string, rows: AnswerRow[]}[]}
 */
export function answeredSections(definition, answers, names) {
  return definition.sections
    .map((section) => ({
      id: section.id,
      title: section.title,
      rows: section.questions.flatMap((question) => rowsOf(definition, question, answers, names)),
    }))
    .filter((section) => section.rows.length > 0);
}

/** Sealed answers as the raw inputs they came from, to begin a correction with. */
export function rawFrom(answers) {
  return Object.fromEntries(Object.entries(answers).map(([id, value]) => [id, typeof value === "number" ? String(value) : value]));
}

/**
 * What a key asks, wherever it stands.
 * @returns {{number: string, ask: string, where: string}} where: "Person 2" in the second row, else ""
 */
export function askedAt(definition, key, raw = {}) {
  const { number = "", ask = "" } = questionAt(definition, key) ?? {};
  const [holder, row, inRow] = key.split(".");
  if (row === undefined) return { number, ask, where: "" };
  const question = questionAt(definition, holder);
  const where = inRow ? rowTitle(question, rowNames(raw[holder]).indexOf(row) + 1) : question.ask;
  return { number, ask, where };
}

/** One answer in the words it was given in: labels for codes, London time, minutes as a person says them. */
export function answerWords(question, value, names) {
  const { kind } = question;
  if (kind === "integer") return question.unit ? `${value} ${question.unit}` : String(value);
  if (kind === "duration") return durationWords(value);
  if (kind === "instant") return shortTime(toWall(value), 0);
  if (kind === "date") return longDate(value);
  if (kind === "text") return value;
  if (kind === "repeat") return rowNames(value).length === 0 ? question.none ?? "None" : "";
  const labels = new Map([...(question.options ?? []), ...(question.special ?? [])].map((entry) => [entry.code, entry.label]));
  return [value].flat().map((code) => labels.get(code) ?? names.get(code) ?? code).join(", ");
}

function rowsOf(definition, question, answers, names) {
  return groupsOf(question, answers, names).flatMap(({ where, keys }) =>
    keys
      .filter((key) => key in answers)
      .map((key, at) => ({ ...rowOf(key, questionAt(definition, key), answers[key], names), where, heading: at === 0 ? where : "" })),
  );
}

function groupsOf(question, answers, names) {
  if (question.kind === "counts") return [{ where: question.ask, keys: question.items.map((item) => `${question.id}.${item.code}`) }];
  const rows = question.kind === "repeat" ? rowNames(answers[question.id]) : [];
  if (rows.length === 0) return [{ where: "", keys: [question.id] }];
  return rows.map((row, at) => ({
    where: titleOf(question, row, at + 1, answers, names),
    keys: question.questions.map(({ id }) => `${question.id}.${row}.${id}`),
  }));
}

function titleOf(repeat, row, number, answers, names) {
  const first = repeat.questions.find(({ kind }) => kind !== "information");
  const value = answers[`${repeat.id}.${row}.${first.id}`];
  const about = names.get(row) ?? (value !== undefined && first.kind !== "text" ? answerWords(first, value, names) : "");
  return `${rowTitle(repeat, number)}${about ? `: ${about}` : ""}`;
}

function rowTitle(repeat, number) {
  return `${repeat.row_title ?? "Entry"} ${number}`;
}

function rowOf(key, question, value, names) {
  const chosen = [value].flat();
  const picked = (question.options ?? []).filter((option) => chosen.includes(option.code));
  const score = picked.map((option) => option.score).find((found) => found && found !== "excluded") ?? "";
  const concern = picked.some((option) => option.concern);
  return { question: key, number: question.number ?? "", ask: question.ask, value, text: answerWords(question, value, names), score, concern };
}
