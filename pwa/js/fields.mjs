// Native fields on one side, raw inputs of a draft on the other. One listener serves the whole form.

import { act } from "./acts.mjs";
import { fromLocal, toLocal } from "./instants.mjs";
import { readNone } from "./repeats.mjs";
import { nameSigner, readSigner, writeSigner } from "./signer.mjs";

const MANY = new Set(["choices", "staff"]);
const PICKED = new Set(["standard", "choice", "yes_no"]);
const NEVER_TYPED = new Set(["information", "worked_out", "duration", "repeat", "counts"]);

/**
 * @param {HTMLElement} holder the element with data-question and data-kind
 * @param {number} now milliseconds since 1970, to tell the two 01:30s of October apart
 * @returns {string|string[]} the raw input: "" or [] when not answered
 */
export function readField(holder, now) {
  const { kind, question } = holder.dataset;
  if (MANY.has(kind)) return [...holder.querySelectorAll(`input[name="${question}"]:checked`)].map((input) => input.value);
  if (PICKED.has(kind)) return holder.querySelector(`input[name="${question}"]:checked`)?.value ?? "";
  if (kind === "signer") return readSigner(holder);
  const typed = field(holder)?.value ?? "";
  return kind === "instant" && typed ? fromLocal(typed, now) || typed : typed;
}

/** Shows a raw input in its field. */
export function writeField(holder, raw) {
  const { kind, question } = holder.dataset;
  if (NEVER_TYPED.has(kind)) return;
  if (kind === "signer") {
    writeSigner(holder, raw ?? "");
    return;
  }
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
 * Listens to every field and button of a form at once.
 * @param {HTMLElement} form
 * @param {{onInput: (raw: Record<string, string|string[]>, holders: HTMLElement[]) => void, onLeave: () => void,
 *   onRows: (act: "add"|"remove"|"undo"|"none"|"rows", holder: HTMLElement, row: string) => void,
 *   onPlace: (question: string) => void, now: () => number, before: (question: string) => string|string[]|undefined}} hands
 */
export function listenToFields(form, { onInput, onRows, onLeave, onPlace, now, before }) {
  const read = (holders) => {
    const inputs = holders.map((holder) => {
      const { question, kind } = holder.dataset;
      const raw = readField(holder, now());
      return [question, kind === "staff" ? inOrderPicked([before(question) ?? []].flat(), raw) : raw];
    });
    if (inputs.length > 0) onInput(Object.fromEntries(inputs), holders);
  };
  form.addEventListener("input", ({ target }) => {
    const holder = target.closest("[data-question]");
    if (!holder) return;
    if (holder.dataset.kind === "repeat") {
      onRows(readNone(holder) ? "none" : "rows", holder, "");
      return;
    }
    if (holder.dataset.kind === "signer") nameSigner(holder, target);
    read([holder]);
  });
  form.addEventListener("focusin", (event) => {
    const holder = event.target.closest("[data-question]");
    if (holder) onPlace(holder.dataset.question);
  });
  form.addEventListener("focusout", () => onLeave());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const holder = button?.closest("[data-question]");
    if (!holder) return;
    const rows = ["add", "remove", "undo"].find((name) => name in button.dataset);
    if (rows) onRows(rows, button.closest('[data-kind="repeat"]'), button.closest("[data-row-name]")?.dataset.rowName ?? "");
    else read(act(button, holder, now()));
  });
}

/** Where focus goes when a question is jumped to: its chosen or first field. */
export function firstField(holder) {
  if (holder.dataset.kind === "repeat") return holder.querySelector(":not([hidden]) > [data-none], [data-add]");
  return holder.querySelector("input:checked") ?? field(holder);
}

function field(holder) {
  return holder.querySelector("input, select, textarea");
}
