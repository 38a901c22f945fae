// A form fragment in the page: the tablet's own lists are put into it.

import { personName } from "./reference.mjs";
import { trustedFragment } from "./trust.mjs";

/**
 * @param {object} forms the Forms loader
 * @param {string} hash form version
 * @param {{people: () => Promise<object[]>, staff: () => Promise<object[]>}} reference the lists from the last pull
 * @returns {Promise<HTMLFormElement>} the form, filled with its lists and not yet in the page
 */
export async function loadFragment(forms, hash, reference) {
  const [content, people, staff] = await Promise.all([trustedFragment(forms, hash), reference.people(), reference.staff()]);
  const form = content.querySelector("form.observation");
  if (form?.dataset.form !== hash) throw new TypeError(`The fragment for ${hash} is not that form.`);
  for (const select of form.querySelectorAll('select[data-list="people"]')) fillPeople(select, people);
  for (const fieldset of form.querySelectorAll('fieldset[data-list="staff"]')) fillStaff(fieldset, staff);
  return form;
}

/** Keeps an answer that is no longer on the list choosable: the draft is not to lose it. */
export function keepListed(form, question, id, label) {
  const holder = form.querySelector(`[data-question="${question}"]`);
  const select = holder?.querySelector('select[data-list="people"]');
  if (select && ![...select.options].some((option) => option.value === id)) select.append(new Option(label, id));
  const fieldset = holder?.querySelector('fieldset[data-list="staff"]');
  if (fieldset && !fieldset.querySelector(`[value="${CSS.escape(id)}"]`)) staffHolder(fieldset).append(checkbox(question, id, label));
}

function fillPeople(select, people) {
  select.append(...people.map((person) => new Option(personName(person), person.id)));
}

function fillStaff(fieldset, staff) {
  const question = fieldset.closest("[data-question]").dataset.question;
  staffHolder(fieldset).append(...staff.map((member) => checkbox(question, member.id, member.name)));
}

function staffHolder(fieldset) {
  return fieldset.querySelector(".choices") ?? fieldset;
}

function checkbox(question, value, label) {
  const holder = document.createElement("label");
  holder.className = "choice";
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name: question, value, id: `${question}-${value}` });
  const words = document.createElement("span");
  words.textContent = label;
  holder.append(input, words);
  return holder;
}
