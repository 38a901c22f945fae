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
 * @property {Map<string, string | number | string[]>} answers the answers that count, by question
 * @property {Set<string>} themes the themes in play
 * @property {string | null} recorded_at when the record was sealed
 * @property {boolean} fell_short whether some shown question scored partly or not met
 */

/**
 * Whether the rule is true; a rule that is not written always holds.
 * @param {any[] | null} tree
 * @param {Facts} facts
 * @returns {boolean}
 */
export function holds(tree, facts) {
  return tree === null || OPERATIONS[tree[0]](tree, facts) === true;
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
  return tree.includes(facts.answers.get(tree[1]), 2);
}

function has(tree, facts) {
  const chosen = facts.answers.get(tree[1]);
  return chosen !== undefined && chosen.includes(tree[2]);
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
  return facts.answers.get(tree[1]) ?? null;
}

function answered(tree, facts) {
  return facts.answers.has(tree[1]);
}

function count(tree, facts) {
  return facts.answers.get(tree[1])?.length ?? 0;
}

/** In code points, not in the UTF-16 units of `length`. */
function length(tree, facts) {
  return [...(facts.answers.get(tree[1]) ?? "")].length;
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
  theme,
  fell_short: fellShort,
  recorded_at: recordedAt,
  day_of: dayOf,
  minutes_between: minutesBetween,
};
