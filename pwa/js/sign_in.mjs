// Asking the server who somebody is, and what its refusals mean, in words.

import { count } from "./words.mjs";

const TIMEOUT = 20_000;

const MEANINGS = {
  wrong_pin: "wrong", pin_must_change: "must_change", no_pin: "no_pin", weak_pin: "weak", too_many_attempts: "too_many", not_found: "not_found", tablet_revoked: "revoked", recovery_unreadable: "no_key",
};

const WORDS = {
  wrong: "That PIN is not right.",
  removed: "Ten wrong PINs. Sign in with the network again: use First time on this tablet. Nothing you made is lost.",
  no_bundle: "Sign in with the network once: use First time on this tablet.",
  must_change: "Choose a PIN of your own now.",
  no_pin: "You have no PIN yet. A manager can give you one.",
  weak: "That PIN is too easy to guess. Choose another.",
  offline: "The server did not answer. The first time on a tablet needs the network.",
  not_found: "You are not on the list of this service. Ask a manager.",
  unknown_tablet: "The server does not know this tablet. Ask a manager for a new code.",
  revoked: "This tablet has been taken out of use. Give it to a manager.",
  no_key: "What this tablet holds only somebody who used it before can open: let them sign in first. Are they gone? Tell a manager. Nothing is deleted.",
  overtaken: "The tablet was locked, or somebody else came, before that was done. Choose your name again.",
  full: "This tablet is full. Make space on it, close the app fully and open it again.",
  failed: "That did not work. Try again.",
};

/** @returns {Promise<{status: number, answer: object|null, wait: number}>} status 0 when nobody answered; wait: seconds asked for */
export async function askServer(fetch, method, path, body = null) {
  try {
    const response = await fetch(path, {
      method, credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(TIMEOUT),
      ...(body === null ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const wait = Number(response.headers?.get("Retry-After")) || 0;
    return { status: response.status, answer: await response.json().catch(() => null), wait };
  } catch {
    return { status: 0, answer: null, wait: 0 };
  }
}

/** @returns {{problem: string, wait: number}} what a refusal means */
export function problemOf(status, answer, wait = 0) {
  if (status === 0) return { problem: "offline", wait };
  return { problem: MEANINGS[answer?.code] ?? (status === 401 ? "unknown_tablet" : "failed"), wait };
}

/** @param {{problem: string, wait?: number, left?: number}} outcome @returns {string} what to tell the person, "" when all is well */
export function problemWords({ problem, wait = 0, left = 0 }) {
  if (problem === "") return "";
  if (problem === "wait" || problem === "too_many") return `Too many wrong PINs. Wait ${count(wait || 60, "second")}, then try again.`;
  const more = [left > 0 ? ` ${count(left, "try", "tries")} left.` : "", problem === "wrong" && wait > 0 ? ` Wait ${count(wait, "second")}.` : ""];
  return `${WORDS[problem] ?? WORDS.failed}${more.join("")}`;
}
