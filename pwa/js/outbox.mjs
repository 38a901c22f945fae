// The state of every sealed record, worked out from what is stored and never from the state of a connection.

import { clockTime, shortTime } from "./instants.mjs";

/** @typedef {"waiting"|"sending"|"delivered"|"held"|"conflict"|"attention"} State */

/** What the server may answer for one record that means: it has this record, with these bytes. */
const SETTLED = { stored: "delivered", duplicate: "delivered", held: "held", conflict: "conflict" };

const WORDS = {
  waiting: "Waiting to send",
  sending: "Sending",
  delivered: "Delivered",
  held: "Delivered, a manager must look at it",
  conflict: "Delivered, it clashes with another record",
  attention: "Needs attention",
};

/**
 * @param {object} row one row of the record store
 * @param {Set<string>} [inFlight] keys of the records in the request now under way
 * @returns {State}
 */
export function stateOf(row, inFlight = new Set()) {
  if (row.receipt) return SETTLED[row.receipt.status];
  if (inFlight.has(keyOf(row))) return "sending";
  return row.attempt?.meaning === "attention" ? "attention" : "waiting";
}

/** @returns {string} the state in plain words. */
export function stateWords(state) {
  return WORDS[state];
}

/** @returns {string} one text naming a record version. */
export function keyOf({ record, version }) {
  return `${record}/${version}`;
}

/**
 * Whether a receipt proves that the server holds exactly the bytes we sent.
 * @param {object} receipt one receipt of a push answer
 * @param {{record: string, version: number, sha256: string}} row
 */
export function provesDelivery(receipt, row) {
  return (
    receipt !== null && typeof receipt === "object" && Object.hasOwn(SETTLED, receipt.status) &&
    (namesIt(receipt, row) || keptUnread(receipt)) && receipt.sha256 === row.sha256 &&
    Number.isInteger(receipt.seq) && receipt.seq >= 1
  );
}

function namesIt(receipt, row) {
  return receipt.record === row.record && receipt.version === row.version;
}

// The server could not read the body, so it cannot name the record; it keeps the bytes, which the digest proves.
function keptUnread(receipt) {
  return receipt.record === "" && receipt.status === "held";
}

/**
 * @param {object[]} waiting rows without a receipt
 * @param {number} now milliseconds since 1970
 * @returns {{count: number, attention: number, oldest: string, words: string}} oldest is an instant or ""
 */
export function summary(waiting, now) {
  if (waiting.length === 0) return { count: 0, attention: 0, oldest: "", words: "Nothing waiting to send" };
  const oldest = waiting.map((row) => row.sealed_at).sort()[0];
  const attention = waiting.filter((row) => stateOf(row) === "attention").length;
  const words = `${waiting.length} waiting, oldest ${shortTime(Date.parse(oldest), now)}`;
  return { count: waiting.length, attention, oldest, words };
}

/** @returns {string} "Received 14:07, number 1284" for a receipt, or "" without one. */
export function receiptWords(receipt) {
  if (!receipt) return "";
  return `Received ${clockTime(Date.parse(receipt.received_at))}, number ${receipt.seq}`;
}
