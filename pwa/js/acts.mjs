// The buttons that stand beside fields. Each does what a hand could do in the field itself.

import { toInstant, toLocal } from "./instants.mjs";
import { toggleReading } from "./read_aloud.mjs";

const ACTS = { clear, quick, step, zero, random, aloud: toggleReading };
const MINUTE = 60_000;

/**
 * @param {HTMLButtonElement} button @param {HTMLElement} holder the question it stands in @param {number} now
 * @returns {HTMLElement[]} the questions whose field was changed
 */
export function act(button, holder, now) {
  const name = Object.keys(ACTS).find((each) => each in button.dataset);
  return name ? ACTS[name](holder, button, now) ?? [] : [];
}

/** The number one more or one less than what is typed; nothing typed counts as nought, and there is nothing below nought. */
export function stepped(typed, by) {
  const number = Number.parseInt(typed, 10);
  return String(Math.max(0, (Number.isNaN(number) ? 0 : number) + by));
}

/** "All 0" while nothing is filled in, "0 for the rest" while something is, gone when all is. */
export function showZero(grid) {
  const inputs = [...grid.querySelectorAll("input")];
  const blank = inputs.filter((input) => input.value.trim() === "").length;
  const button = grid.querySelector("[data-zero]");
  button.hidden = blank === 0;
  button.textContent = blank === inputs.length ? "All 0" : "0 for the rest";
}

function clear(holder) {
  for (const input of holder.querySelectorAll("input:checked")) input.checked = false;
  holder.querySelector("input")?.focus();
  return [holder];
}

function quick(holder, button, now) {
  holder.querySelector("input").value = toLocal(toInstant(now + Number(button.dataset.quick) * MINUTE));
  return [holder];
}

function step(holder, button) {
  const input = holder.querySelector("input");
  input.value = stepped(input.value, Number(button.dataset.step));
  return [holder];
}

function zero(grid) {
  const blank = [...grid.querySelectorAll("input")].filter((input) => input.value.trim() === "");
  for (const input of blank) input.value = "0";
  grid.querySelector("input").focus();
  return blank.map((input) => input.closest("[data-question]"));
}

// Whoever the other rows name already is not chosen again, while anyone else is left.
function random(holder) {
  const select = holder.querySelector("select");
  const listed = [...select.options].filter((option) => "listed" in option.dataset).map((option) => option.value);
  const taken = new Set(sameInOtherRows(holder).map((other) => other.value));
  const free = listed.filter((id) => !taken.has(id) && id !== select.value);
  const pool = free.length > 0 ? free : listed;
  if (pool.length === 0) return [];
  select.value = pool[crypto.getRandomValues(new Uint32Array(1))[0] % pool.length];
  return [holder];
}

function sameInOtherRows(holder) {
  const [repeat, , question] = holder.dataset.question.split(".");
  const others = holder.closest("form").querySelectorAll(`[data-question^="${repeat}."][data-question$=".${question}"] select`);
  return question ? [...others].filter((select) => !holder.contains(select)) : [];
}
