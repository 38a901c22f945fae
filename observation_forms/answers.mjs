/**
 * From what was typed or tapped to the one way each answer is written.
 *
 * Twin of answers.py. Nothing here leans on what either language means by white space, digit, length or date: the sets
 * and the calendar are spelled out, because `strip` and `trim`, `\d` and `length` all differ between the two.
 * @module
 */

import { is_row, question_at } from "./keys.mjs";

/** Unicode's white space, and the three signs that print as nothing (see answers.py). */
const BLANKS =
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
  "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff";

const LONGEST_ID = 100;
const MOST_ROWS = 100;

/**
 * Raw inputs read into values: the answers that could be read, and for those that could not the code that says why.
 * Blank input is no answer and in neither; nor is what is worked out and so never asked. Limits are not looked at.
 * @param {object} definition the compiled definition
 * @param {Object<string, string | string[]>} raw key to text, or to a list for choices, staff and the rows of a repeat
 * @returns {{answers: Object<string, string | number | string[]>, invalid: Object<string, string>}}
 */
export function normalise(definition, raw) {
  const answers = {};
  const invalid = {};
  for (const key of Object.keys(raw)) {
    const question = question_at(definition, key);
    if (question !== null && !is_worked_out(question)) {
      const [value, fault] = read(question, raw[key]);
      if (fault) invalid[key] = fault;
      else if (value !== null) answers[key] = value;
    }
  }
  return { answers, invalid };
}

/**
 * Whether a question is never asked: its value follows from other answers.
 * @param {object} question
 * @returns {boolean}
 */
export function is_worked_out(question) {
  return question.kind === "worked_out" || question.kind === "duration";
}

/**
 * One raw input read by the question's kind: the value, or null when blank, and the code of what is wrong or "".
 * @param {object} question
 * @param {any} raw
 * @returns {[string | number | string[] | null, string]}
 */
export function read(question, raw) {
  if (raw === "" || (Array.isArray(raw) && raw.length === 0)) return [null, ""];
  return READERS[question.kind](question, raw);
}

/**
 * The code of what is wrong with a value in a record, "" when it is written as it should be: when writing it as raw
 * input and reading that gives the same value again.
 * @param {object} question
 * @param {any} value
 * @returns {string}
 */
export function fault_of(question, value) {
  const [again, fault] = read(question, Number.isInteger(value) ? written(value) : value);
  if (fault) return fault;
  return again !== null && isSame(again, value) ? "" : "wrong_type";
}

/**
 * The text itself when it is a real instant in UTC, written 2026-06-01T07:05:00Z; otherwise null.
 * @param {string} text
 * @returns {string | null}
 */
export function instant_or_none(text) {
  const is_instant =
    text.length === 20 &&
    isDate(text.slice(0, 10)) &&
    text[10] === "T" &&
    isNumberUpTo(text.slice(11, 13), 23) &&
    text[13] === ":" &&
    isNumberUpTo(text.slice(14, 16), 59) &&
    text[16] === ":" &&
    isNumberUpTo(text.slice(17, 19), 59) &&
    text[19] === "Z";
  return is_instant ? text : null;
}

function readOption(question, raw) {
  if (typeof raw !== "string") return [null, "wrong_type"];
  return hasOption(question, raw) ? [raw, ""] : [null, "unknown_option"];
}

function readChoices(question, raw) {
  if (!isTexts(raw)) return [null, "wrong_type"];
  if (raw.some((code) => !hasOption(question, code))) return [null, "unknown_option"];
  return [(question.options ?? []).map((option) => option.code).filter((code) => raw.includes(code)), ""];
}

function readText(_question, raw) {
  if (typeof raw !== "string") return [null, "wrong_type"];
  const text = strip(raw.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  if ([...text].some(isUnreadable)) return [null, "unreadable_text"];
  return [text || null, ""];
}

function readInteger(_question, raw) {
  if (typeof raw !== "string") return [null, "wrong_type"];
  const text = strip(raw);
  if (!text) return [null, ""];
  const negative = text[0] === "-";
  let figures = "+-".includes(text[0]) ? text.slice(1) : text;
  if (!isFigures(figures)) return [null, "not_a_number"];
  figures = withoutLeadingNoughts(figures);
  if (figures.length > 16 || Number(figures) > Number.MAX_SAFE_INTEGER) return [null, "not_a_number"];
  return [negative ? 0 - Number(figures) : Number(figures), ""];
}

function readInstant(_question, raw) {
  if (typeof raw !== "string") return [null, "wrong_type"];
  const text = strip(raw);
  return !text || instant_or_none(text) ? [text || null, ""] : [null, "not_a_time"];
}

function readDate(_question, raw) {
  if (typeof raw !== "string") return [null, "wrong_type"];
  const text = strip(raw);
  return !text || isDate(text) ? [text || null, ""] : [null, "not_a_date"];
}

function readPerson(_question, raw) {
  return isId(raw) ? [raw, ""] : [null, "wrong_type"];
}

function readStaff(_question, raw) {
  if (!isTexts(raw) || !raw.every(isId)) return [null, "wrong_type"];
  return [[...new Set(raw)], ""];
}

function readRepeat(question, raw) {
  if (!isTexts(raw)) return [null, "wrong_type"];
  if (raw.length > MOST_ROWS) return [null, "too_many_rows"];
  const is_none = raw.length === 1 && raw[0] === "none" && (question.none ?? null) !== null;
  return is_none || raw.every(is_row) ? [[...new Set(raw)], ""] : [null, "wrong_type"];
}

/** Of a kind that has no value of its own. */
function readNothing() {
  return [null, "wrong_type"];
}

function hasOption(question, code) {
  return question.options?.some((option) => option.code === code) ?? false;
}

function isTexts(raw) {
  return Array.isArray(raw) && raw.every((each) => typeof each === "string");
}

function isId(raw) {
  return (
    typeof raw === "string" &&
    0 < raw.length &&
    raw.length <= LONGEST_ID &&
    [...raw].every((each) => "!" <= each && each <= "~")
  );
}

/** A control character or half of a surrogate pair. `character` is one code point. */
function isUnreadable(character) {
  const code = character.codePointAt(0);
  const is_control = code < 0x20 && !"\t\n".includes(character);
  return is_control || code === 0x7f || (0xd800 <= code && code <= 0xdfff);
}

function isFigures(text) {
  return text !== "" && [...text].every((each) => "0" <= each && each <= "9");
}

function isNumberUpTo(text, most) {
  return isFigures(text) && Number(text) <= most;
}

function isDate(text) {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return false;
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8)];
  if (!(isFigures(year) && isFigures(month) && isFigures(day))) return false;
  return (
    Number(year) >= 1900 &&
    1 <= Number(month) &&
    Number(month) <= 12 &&
    1 <= Number(day) &&
    Number(day) <= daysIn(Number(year), Number(month))
  );
}

function daysIn(year, month) {
  if (month === 2) {
    const is_leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return is_leap ? 29 : 28;
  }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function strip(text) {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text[start])) start += 1;
  while (start < end && BLANKS.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function withoutLeadingNoughts(figures) {
  let start = 0;
  while (start < figures.length - 1 && figures[start] === "0") start += 1;
  return figures.slice(start);
}

/** Without the exponent that `String` gives to large numbers. */
function written(number) {
  return BigInt(number).toString();
}

function isSame(again, value) {
  if (!Array.isArray(again)) return again === value;
  return again.length === value.length && again.every((each, index) => each === value[index]);
}

const READERS = {
  standard: readOption,
  choice: readOption,
  yes_no: readOption,
  choices: readChoices,
  text: readText,
  integer: readInteger,
  instant: readInstant,
  date: readDate,
  person: readPerson,
  staff: readStaff,
  information: readNothing,
  repeat: readRepeat,
  counts: readNothing,
  pick: readPerson,
  signer: readPerson,
  duration: readNothing,
  worked_out: readNothing,
};
