/**
 * Where an answer stands: a key is a question's id, or `repeat.row.question`, or `grid.item`. Twin of keys.py.
 *
 * Ids hold no dots, so that a key can be read in one way only. What a key names is looked up some hundred times at
 * every keystroke; so each definition is gone through once, and remembered.
 * @module
 */

const NONE = "none";
const LONGEST_ROW = 40;
const ROW_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789_-";

/**
 * The question a key names: a question of the form, of a row of a repeat, or a cell of a counts grid, as a question of
 * kind integer. null when the form has none.
 * @param {object} definition the compiled definition
 * @param {string} key
 * @returns {object | null}
 */
export function question_at(definition, key) {
  const { direct, by_id } = index_of(definition);
  const found = direct.get(key);
  if (found !== undefined) return found;
  const [repeat, row, id, ...more] = key.split(".");
  if (id === undefined || more.length > 0 || !is_row(row)) return null;
  const question = by_id.get(id);
  if (question?.in_repeat !== repeat) return null;
  direct.set(key, question);
  return question;
}

/**
 * Whether a row of a repeat can be called so.
 * @param {string} name
 * @returns {boolean}
 */
export function is_row(name) {
  const length = name.length;
  return 0 < length && length <= LONGEST_ROW && name !== NONE && [...name].every((sign) => ROW_SIGNS.includes(sign));
}

/**
 * What of a definition is looked up by key or id.
 * @typedef {Object} Index
 * @property {Map<string, object>} direct what a key names: questions of the form, cells, and rows asked for before
 * @property {Map<string, object>} by_id every question, those of rows too
 * @property {Map<string, number>} places how far down the form each question stands
 * @property {Map<string, string>} sections the section of each question
 */

const INDEXES = new WeakMap();

/**
 * The index of a definition.
 * @param {object} definition
 * @returns {Index}
 */
export function index_of(definition) {
  let index = INDEXES.get(definition);
  if (index === undefined) {
    index = { direct: new Map(), by_id: new Map(), places: new Map(), sections: new Map() };
    definition.sections.forEach((section) => section.questions.forEach((each) => add(index, section, each)));
    INDEXES.set(definition, index);
  }
  return index;
}

function add(index, section, question) {
  index.direct.set(question.id, question);
  index.by_id.set(question.id, question);
  index.places.set(question.id, index.places.size);
  index.sections.set(question.id, section.id);
  for (const each of question.items ?? []) index.direct.set(`${question.id}.${each.code}`, cellOf(question, each));
  for (const each of question.questions ?? []) index.by_id.set(each.id, each);
}

function cellOf(grid, item) {
  const { items: _, ...rest } = grid;
  return { ...rest, id: `${grid.id}.${item.code}`, kind: "integer", ask: item.label, show_when: null };
}
