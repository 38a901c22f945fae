// Native fields on one side, raw inputs of a draft on the other. One listener serves the whole form.

import { fromLocal, toLocal } from "./instants.mjs";

const MANY = new Set(["choices", "staff"]);
const PICKED = new Set(["standard", "choice", "yes_no"]);

/**
 * @param {HTMLElement} holder the element with data-question and data-kind
 * @param {number} now milliseconds since 1970, to tell the two 01:30s of October apart
 * @returns {string|string[]} the raw input: "" or [] when not answered
 */
export function readField(holder, now) {
  const { kind, question } = holder.dataset;
  if (MANY.has(kind)) return [...holder.querySelectorAll(`input[name="${question}"]:checked`)].map((input) => input.value);
  if (PICKED.has(kind)) return holder.querySelector(`input[name="${question}"]:checked`)?.value ?? "";
  const typed = field(holder)?.value ?? "";
  return kind === "instant" && typed ? fromLocal(typed, now) || typed : typed;
}

/** Shows a raw input in its field. */
export function writeField(holder, raw) {
  const { kind, question } = holder.dataset;
  if (MANY.has(kind) || PICKED.has(kind)) {
    const chosen = new Set([raw ?? []].flat());
    for (const input of holder.querySelectorAll(`input[name="${question}"]`)) input.checked = chosen.has(input.value);
    return;
  }
  const input = field(holder);
  if (input) input.value = kind === "instant" ? toLocal(raw ?? "") || (raw ?? "") : raw ?? "";
}

/**
 * Keeps the order in which things were picked: staff are listed as picked.
 * @param {string[]} before @param {string[]} now as the fields stand
 */
export function inOrderPicked(before, now) {
  const kept = before.filter((value) => now.includes(value));
  return [...kept, ...now.filter((value) => !kept.includes(value))];
}

/**
 * Listens to every field of a form at once.
 * @param {HTMLElement} form
 * @param {{onInput: (question: string, raw: string|string[], holder: HTMLElement) => void, onLeave: () => void,
 *   onPlace: (question: string) => void, now: () => number, before: (question: string) => string|string[]|undefined}} hands
 */
export function listenToFields(form, { onInput, onLeave, onPlace, now, before }) {
  form.addEventListener("input", (event) => {
    const holder = event.target.closest("[data-question]");
    if (!holder) return;
    const raw = readField(holder, now());
    const { question, kind } = holder.dataset;
    onInput(question, kind === "staff" ? inOrderPicked([before(question) ?? []].flat(), raw) : raw, holder);
  });
  form.addEventListener("focusin", (event) => {
    const holder = event.target.closest("[data-question]");
    if (holder) onPlace(holder.dataset.question);
  });
  form.addEventListener("focusout", () => onLeave());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-clear]");
    const holder = clear?.closest("[data-question]");
    if (!holder) return;
    writeField(holder, MANY.has(holder.dataset.kind) ? [] : "");
    onInput(holder.dataset.question, MANY.has(holder.dataset.kind) ? [] : "", holder);
    holder.querySelector("input, select, textarea")?.focus();
  });
}

/** Where focus goes when a question is jumped to: its chosen or first field. */
export function firstField(holder) {
  return holder.querySelector("input:checked") ?? holder.querySelector("input, select, textarea");
}

function field(holder) {
  return holder.querySelector("input, select, textarea");
}
