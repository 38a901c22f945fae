/**
 * What a rule says about the answers so far: the interpreter of the trees that expressions.py makes.
 *
 * Twin of rules.py: the two are kept alike line by line, and vectors/rules.json and the differential test hold them
 * equal. An unanswered question is null, equals nothing, and is neither more nor less than anything.
 * @module
 */

/**
 * What a rule may ask about.
 * @typedef {Object} Facts
 * @property {Map<string, string | number | string[]>} answers the answers that count, by key
 * @property {Set<string>} themes the themes in play
 * @property {string | null} recorded_at when the record was sealed
 * @property {boolean} fell_short whether some shown question scored partly or not met
 * @property {Map<string, number>} timescales minutes by name
 * @property {string} author the id of who wrote it, "" when not known
 * @property {string} row what the keys of the row that is looked at begin with, such as "changed.1."; "" outside rows
 */

/**
 * Whether the rule is true; a rule that is not written always holds.
 * @param {any[] | null | undefined} tree
 * @param {Facts} facts
 * @returns {boolean}
 */
export function holds(tree, facts) {
  return (tree ?? null) === null || OPERATIONS[tree[0]](tree, facts) === true;
}

/**
 * The value of a tree: truth, integer, code, instant or date; null when something it needs is unanswered.
 * @param {any} tree
 * @param {Facts} facts
 * @returns {boolean | number | string | string[] | null}
 */
export function evaluate(tree, facts) {
  if (!Array.isArray(tree)) return tree;
  return OPERATIONS[tree[0]](tree, facts);
}

/**
 * The answer to a question of the form, or else of the row that is looked at; null when unanswered.
 * @param {string} id
 * @param {Facts} facts
 * @returns {string | number | string[] | null}
 */
export function answer_to(id, facts) {
  return facts.answers.get(id) ?? facts.answers.get(facts.row + id) ?? null;
}

/**
 * The rows of a repeat, in order.
 * @param {string} repeat
 * @param {Facts} facts
 * @returns {string[]}
 */
export function rows_of(repeat, facts) {
  const names = facts.answers.get(repeat) ?? [];
  return names[0] === "none" ? [] : names;
}

/**
 * The same facts, as rules in a row of a repeat look at them.
 * @param {string} repeat
 * @param {string} row
 * @param {Facts} facts
 * @returns {Facts}
 */
export function in_row(repeat, row, facts) {
  return { ...facts, row: `${repeat}.${row}.` };
}

function and(tree, facts) {
  return tree.slice(1).every((operand) => evaluate(operand, facts));
}

function or(tree, facts) {
  return tree.slice(1).some((operand) => evaluate(operand, facts));
}

function not(tree, facts) {
  return !evaluate(tree[1], facts);
}

function equal(tree, facts) {
  const [left, right] = both(tree, facts);
  return left !== null && left === right;
}

function less(tree, facts) {
  const [left, right] = both(tree, facts);
  return left !== null && right !== null && left < right;
}

function atMost(tree, facts) {
  const [left, right] = both(tree, facts);
  return left !== null && right !== null && left <= right;
}

function oneOf(tree, facts) {
  return tree.includes(answer_to(tree[1], facts), 2);
}

function has(tree, facts) {
  const chosen = answer_to(tree[1], facts);
  return chosen !== null && chosen.includes(tree[2]);
}

function add(tree, facts) {
  const [left, right] = both(tree, facts);
  return left === null || right === null ? null : exact(left + right);
}

function subtract(tree, facts) {
  const [left, right] = both(tree, facts);
  return left === null || right === null ? null : exact(left - right);
}

function multiply(tree, facts) {
  const [left, right] = both(tree, facts);
  return left === null || right === null ? null : exact(left * right);
}

function answer(tree, facts) {
  return answer_to(tree[1], facts);
}

function answered(tree, facts) {
  return answer_to(tree[1], facts) !== null;
}

function count(tree, facts) {
  return answer_to(tree[1], facts)?.length ?? 0;
}

/** In code points, not in the UTF-16 units of `length`. */
function length(tree, facts) {
  return [...(answer_to(tree[1], facts) ?? "")].length;
}

/** Of all rows, or of those for which the rule holds. */
function rows(tree, facts) {
  return rows_of(tree[1], facts).filter((row) => holds(tree[2], in_row(tree[1], row, facts))).length;
}

function anyRow(tree, facts) {
  return rows_of(tree[1], facts).some((row) => holds(tree[2], in_row(tree[1], row, facts)));
}

function total(tree, facts) {
  const cells = tree.slice(2).map((item) => facts.answers.get(`${tree[1]}.${item}`) ?? null);
  return cells.reduce((sum, each) => (sum === null || each === null ? null : exact(sum + each)), 0);
}

function cell(tree, facts) {
  return facts.answers.get(`${tree[1]}.${tree[2]}`) ?? null;
}

function timescale(tree, facts) {
  return facts.timescales.get(tree[1]) ?? null;
}

/** After the question come pairs: the code of an option, the name of its timescale. */
function timescaleOf(tree, facts) {
  const chosen = answer_to(tree[1], facts);
  for (let at = 2; at < tree.length; at += 2) {
    if (tree[at] === chosen) return facts.timescales.get(tree[at + 1]) ?? null;
  }
  return null;
}

function theme(tree, facts) {
  return facts.themes.has(tree[1]);
}

function fellShort(_tree, facts) {
  return facts.fell_short;
}

function recordedAt(_tree, facts) {
  return facts.recorded_at;
}

function dayOf(tree, facts) {
  const instant = evaluate(tree[1], facts);
  return instant === null ? null : instant.slice(0, 10);
}

function minutesBetween(tree, facts) {
  const [earlier, later] = both(tree, facts);
  return earlier === null || later === null ? null : Math.floor((seconds(later) - seconds(earlier)) / 60);
}

function both(tree, facts) {
  return [evaluate(tree[1], facts), evaluate(tree[2], facts)];
}

/** JavaScript cannot count past this exactly, so neither side does. `+ 0` turns minus nought into nought. */
function exact(number) {
  return Number.isSafeInteger(number) ? number + 0 : null;
}

function seconds(instant) {
  return Date.parse(instant) / 1000;
}

const OPERATIONS = {
  and,
  or,
  not,
  "==": equal,
  "<": less,
  "<=": atMost,
  one_of: oneOf,
  has,
  "+": add,
  "-": subtract,
  "*": multiply,
  answer,
  answered,
  count,
  length,
  rows,
  any_row: anyRow,
  total,
  cell,
  timescale,
  timescale_of: timescaleOf,
  theme,
  fell_short: fellShort,
  recorded_at: recordedAt,
  day_of: dayOf,
  minutes_between: minutesBetween,
};
