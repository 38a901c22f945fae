// The tablet's own lists in a form: who there is to name, what there is to pick. Each says how old it is.

import { personName } from "./reference.mjs";

const GONE = "No longer on the list";
const labels = new WeakMap();
const EMPTY = new Map();

/** @returns {Map<string, string>} what each row is called that comes from a list, by its name */
export function listLabels(holder) {
  return labels.get(holder) ?? EMPTY;
}

/**
 * Puts the lists into a form, and into the rows it has yet to make.
 * @param {HTMLFormElement} form @param {object} reference the lists from the last pull @param {number} now
 */
export async function fillLists(form, reference, now) {
  const roots = [form, ...[...form.querySelectorAll("template")].map((template) => template.content)];
  const holders = roots.flatMap((root) => [...root.querySelectorAll("[data-list], [data-rows-from]")]);
  const wanted = [...new Set(holders.map((holder) => holder.dataset.list ?? holder.dataset.rowsFrom))];
  const entries = new Map(await Promise.all(wanted.map(async (name) => [name, await entriesOf(name, reference)])));
  const age = await reference.ageWords(now);
  for (const holder of holders) {
    const list = entries.get(holder.dataset.list ?? holder.dataset.rowsFrom);
    put(holder, list);
    sayAge(holder, list, age);
  }
}

/**
 * Keeps choosable what has left its list since the draft was begun: the draft is not to lose it.
 * @param {HTMLElement} holder of the question @param {string|string[]} raw @param {Map<string, string>} names
 */
export function keepChosen(holder, raw, names) {
  const field = holder.querySelector("[data-list]");
  for (const id of [raw ?? []].flat()) {
    if (id === "" || !field || offers(field, id)) continue;
    put(field, [{ id, label: names.get(id) ?? GONE }]);
  }
}

/** The same for the rows of a repeat. */
export function keepRows(holder, rows, names) {
  const known = labels.get(holder) ?? new Map();
  labels.set(holder, new Map([...rows.map((id) => [id, names.get(id) ?? GONE]), ...known]));
}

async function entriesOf(name, reference) {
  if (name === "people") return (await reference.people()).map((person) => ({ id: person.id, label: personName(person) }));
  if (name === "staff") return (await reference.staff()).map(({ id, name: label }) => ({ id, label }));
  return reference.list(name);
}

function put(holder, list) {
  if (holder.matches("select")) holder.append(...list.map(option));
  else if (holder.matches("fieldset")) holder.querySelector(".choices").append(...list.map((entry) => checkbox(keyOf(holder), entry)));
  else labels.set(holder, new Map(list.map(({ id, label }) => [id, label])));
}

function offers(field, id) {
  const inputs = field.matches("select") ? field.options : field.querySelectorAll("input");
  return [...inputs].some((input) => input.value === id);
}

function sayAge(holder, list, age) {
  const line = holder.dataset.rowsFrom ? holder.querySelector("[data-age]") : holder.parentElement.querySelector(":scope > [data-age]");
  if (!line) return;
  line.textContent = list.length > 0 ? age : `Nothing is on this list now. ${age}`;
  line.hidden = false;
}

function option({ id, label }) {
  const made = new Option(label, id);
  made.dataset.listed = "";
  return made;
}

function checkbox(question, { id, label }) {
  const holder = document.createElement("label");
  holder.className = "choice";
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name: question, value: id });
  const words = document.createElement("span");
  words.textContent = label;
  holder.append(input, words);
  return holder;
}

function keyOf(fieldset) {
  return fieldset.closest("[data-question]").dataset.question;
}
