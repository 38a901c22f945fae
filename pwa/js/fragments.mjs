// A form fragment in the page: in the service's words, with the tablet's own lists in it.

import { dress } from "./dress.mjs";
import { fillLists, keepChosen, keepRows } from "./lists.mjs";
import { offerReading } from "./read_aloud.mjs";
import { layRows } from "./repeats.mjs";
import { rowNames } from "./rows.mjs";
import { trustedFragment } from "./trust.mjs";
import { wordNodes } from "./words_of_service.mjs";

/**
 * @param {object} forms the Forms loader
 * @param {string} hash form version
 * @param {object} reference the lists from the last pull
 * @param {number} [now] milliseconds since 1970, for the age of the lists
 * @returns {Promise<HTMLFormElement>} the form, filled with its lists and not yet in the page
 */
export async function loadFragment(forms, hash, reference, now = Date.now()) {
  const [content, words] = await Promise.all([trustedFragment(forms, hash), forms.words()]);
  const form = content.querySelector("form.observation");
  if (form?.dataset.form !== hash) throw new TypeError(`The fragment for ${hash} is not that form.`);
  form.autocomplete = "off"; // else the browser writes what is typed into its own files, to restore the page from
  dress(form);
  wordNodes(form, words);
  await fillLists(form, reference, now);
  offerReading(form);
  return form;
}

/** Lays the rows of a draft, and keeps choosable who or what has left the lists since it was begun. */
export function keepUnlisted(form, raw, names) {
  for (const holder of form.querySelectorAll('[data-kind="repeat"]')) {
    if (holder.dataset.rowsFrom) keepRows(holder, rowNames(raw[holder.dataset.question]), names);
    layRows(holder, raw[holder.dataset.question]);
  }
  for (const field of form.querySelectorAll("[data-list]")) {
    const holder = field.closest("[data-question]");
    keepChosen(holder, raw[holder.dataset.question], names);
  }
}
