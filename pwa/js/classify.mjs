// What an answer from the server means for the work that waits. There are three ways for it to go wrong, and none of them
// ever removes anything from the tablet.

/** @typedef {"answered"|"retry"|"sign_in"|"attention"|"too_large"|"revoked"} Meaning revoked: said to a read only, see pull.mjs */

const RETRY_SOON = new Set([408, 421, 423, 425, 429]);
const SIGN_IN = new Set([401, 407, 511]);

/**
 * @param {{status: number, json: boolean}|null} answer null when no answer came (network error, time-out, abort);
 *   json says whether the body was JSON of the expected shape
 * @param {number} accepted the one status that counts as an answer: 201 for a push, 200 for a read
 * @returns {Meaning} `answered` only for the accepted status with our own JSON: a captive portal's page is a retry
 */
export function classify(answer, accepted) {
  if (answer === null) return "retry";
  const { status, json } = answer;
  if (status === accepted) return json ? "answered" : "retry";
  if (status === 413) return "too_large";
  if (SIGN_IN.has(status)) return "sign_in";
  if (RETRY_SOON.has(status) || status >= 500 || status < 400) return "retry";
  return json ? "attention" : "retry";
}

/**
 * @param {Meaning} meaning
 * @param {number} status 0 when no answer came
 * @returns {string} the reason in plain words, for the person holding the tablet
 */
export function plainReason(meaning, status) {
  if (meaning === "sign_in") return "The server does not know this tablet. Ask a manager to enrol it again. Nothing is lost.";
  if (meaning === "revoked") return "This tablet has been taken out of use.";
  if (meaning === "too_large") return "This record is too big for the server. It is kept here. Tell a manager.";
  if (meaning === "attention" && status >= 500) return `The server fails on this record, and on no other (code ${status}). It is kept here. Tell a manager.`;
  if (meaning === "attention") return `The server would not take this (code ${status}). It is kept here. Tell a manager.`;
  if (status === 0) return "The server did not answer. We will try again.";
  if (status === 429) return "The server is busy. We will try again.";
  if (status >= 500) return `The server has a problem (code ${status}). We will try again.`;
  return "Something else answered in place of the server. The Wi-Fi may want you to sign in. We will try again.";
}
