// The rows of a repeat on the page. Rows are made and taken away only when their list changes, never by what is typed in them.

import { dress } from "./dress.mjs";
import { listLabels } from "./lists.mjs";
import { rowNames, saysNone } from "./rows.mjs";

const NAMED = ["data-question", "data-row-name"];

/**
 * Makes the rows on the page those of the draft: those that are there stay as they are.
 * @param {HTMLElement} holder of the repeat @param {string|string[]|undefined} raw @param {number} most
 * @returns {HTMLElement[]} the rows that were made, to be filled
 */
export function layRows(holder, raw, most = 20) {
  const place = holder.querySelector("[data-rows]");
  const names = rowNames(raw);
  const before = new Map([...place.children].map((row) => [row.dataset.rowName, row]));
  const rows = names.map((name) => before.get(name) ?? makeRow(holder, name));
  for (const [name, row] of before) if (!names.includes(name)) row.remove();
  // A row that stands where it belongs is not touched: moving it would lose the focus in it
  rows.forEach((row, at) => {
    if (place.children[at] !== row) place.insertBefore(row, place.children[at] ?? null);
  });
  showButtons(holder, names, raw, most);
  rows.forEach((row) => titleRow(row));
  return rows.filter((row) => !before.has(row.dataset.rowName));
}

/** Writes what a row is called: "Person 2: M.T., Room 12". */
export function titleRow(row) {
  const title = row.querySelector(".repeat-title");
  const number = [...row.parentElement.children].indexOf(row) + 1;
  const about = listLabels(row.closest('[data-kind="repeat"]')).get(row.dataset.rowName) ?? chosenWords(row);
  title.dataset.called ??= title.textContent;
  const words = `${title.dataset.called} ${number}${about ? `: ${about}` : ""}`;
  if (title.textContent !== words) title.textContent = words;
}

/** @returns {boolean} whether "none" is ticked */
export function readNone(holder) {
  return Boolean(holder.querySelector("[data-none]")?.checked);
}

/** Offers to put back what was taken away, and says so to who listens; "" takes the offer away. */
export function offerUndo(holder, title) {
  const undo = holder.querySelector("[data-undo]");
  undo.hidden = title === "";
  undo.textContent = title ? `Undo: put back ${title}` : "";
  if (title) say(holder, `${title} removed.`);
}

/** Tells a screen reader. */
export function say(holder, words) {
  holder.querySelector("[data-said]").textContent = words;
}

/** The first field of a row that is shown. */
export function firstShown(row) {
  return [...row.querySelectorAll("input, select, textarea")].find((input) => !input.closest("[hidden]") && !input.disabled) ?? null;
}

function makeRow(holder, name) {
  const row = holder.querySelector("template[data-row]").content.cloneNode(true).firstElementChild;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of NAMED) {
      const value = element.getAttribute(attribute);
      if (value?.includes("~")) element.setAttribute(attribute, value.replaceAll("~", name));
    }
  }
  dress(row);
  return row;
}

function showButtons(holder, names, raw, most) {
  const none = holder.querySelector("[data-none]");
  if (none) {
    none.checked = saysNone(raw);
    none.closest("label").hidden = names.length > 0;
  }
  const add = holder.querySelector("[data-add]");
  if (add) add.hidden = names.length >= most;
}

function chosenWords(row) {
  const first = row.querySelector("[data-question]:not([data-kind=information])");
  const select = first?.querySelector("select");
  if (select) return select.value ? select.selectedOptions[0].textContent : "";
  return first?.querySelector("input:checked")?.closest("label").textContent.trim() ?? "";
}
