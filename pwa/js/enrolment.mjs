// Enrolling: a single-use code makes this browser a tablet of one service.

import { SYNC_LOCK } from "./sync.mjs";
import { askServer } from "./sign_in.mjs";
import { tellStoreLost } from "./storage.mjs";

/** The meta row that stands while it is not known which tablet the server takes this browser for. */
const ENROLLING = "enrolling";

/** What must be true of a device before it becomes a tablet; the server asks for both. */
export const CONDITIONS = ["encrypted", "screen_lock"];

/** The code in the page's address, as a QR code puts it there: behind "#", so that it is never sent or written to a log. */
export function codeIn(hash) {
  const code = hash.slice(1).toUpperCase();
  return /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(code) ? code : "";
}

const NOT_SAVED = { tablet: null, problem: "This tablet could not save that. Make room on it, close Sightline fully, then open it again." };

const REFUSALS = {
  400: "That code is not right. Check it, or ask for a new one.",
  404: "That code is not right, or it is too old. Ask for a new one.",
  409: "That code was used already. Ask for a new one.",
  410: "That code is too old. Ask for a new one.",
  429: "Too many tries. Wait a few minutes, then try again.",
};

/**
 * @param {{fetch: typeof fetch, store: object, locks: LockManager, code: string, conditions?: string[]}} parts
 *   conditions: what was ticked of CONDITIONS
 * @returns {Promise<{tablet: object|null, problem: string}>} the tablet as stored: {id, name, unit, service: {id, name}}
 */
export function enrol({ fetch, store, locks, code, conditions = [] }) {
  return locks.request(SYNC_LOCK, {}, () => enrolNow({ fetch, store, code, conditions })); // nothing is sent or read between two tablets
}

async function enrolNow({ fetch, store, code, conditions }) {
  const lost = (await store.get("meta", "canary"))?.value.lost;
  if (lost) await tellStoreLost({ store, fetch }, lost.waiting); // as the tablet that it was
  const noted = store.write(["meta"], (change) => change.put("meta", { key: ENROLLING, value: true }));
  if (!(await noted.then(() => true, () => false))) return NOT_SAVED; // before the server takes this browser for another tablet
  const response = await ask(fetch, code, conditions);
  if (!response) return { tablet: null, problem: "The server did not answer. Enrolling needs the network once." };
  const answer = await response.json().catch(() => null);
  if (response.status !== 201 || !answer?.tablet?.id || !answer?.service?.id) {
    return { tablet: null, problem: REFUSALS[response.status] ?? answer?.detail ?? "That did not work. Check the code and try again." };
  }
  return becomeTablet(store, answer).then((tablet) => ({ tablet, problem: "" }), () => NOT_SAVED);
}

/**
 * Ends an enrolment in whose midst the page went: the server had said yes, and this browser still took itself for the tablet it was.
 * @param {{fetch: typeof fetch, store: object, locks: LockManager}} parts Changes nothing until the server says who this is
 */
export async function endEnrolment({ fetch, store, locks }) {
  if (await store.get("meta", ENROLLING)) await locks.request(SYNC_LOCK, {}, () => endNow({ fetch, store }).catch(() => {})); // a full store starts all the same
}

async function endNow({ fetch, store }) {
  const { status, answer } = await askServer(fetch, "GET", "/tablet/identity");
  const [known, own] = [answer?.tablet?.id, (await store.get("meta", "tablet"))?.value.id];
  // A store that was lost is nobody's: as the tablet that it was, it would give the numbers of what was lost to other records
  if (known && own && known !== own) await becomeTablet(store, answer);
  else if (known || status === 204) await store.write(["meta"], (change) => change.delete("meta", ENROLLING));
}

async function becomeTablet(store, answer) {
  const tablet = { ...answer.tablet, service: answer.service };
  await store.write(["meta"], (change) => startAsTablet(change, tablet, answer));
  return tablet;
}

// A new enrolment is a new tablet: its records start a chain of their own. What still waits keeps the numbers it was sealed with
// and the data key it is under, with the recovery blob, which names the tablet that the key was made on.
async function startAsTablet(change, tablet, { server, settings }) {
  await change.put("meta", { key: "tablet", value: tablet });
  await change.put("meta", { key: "server_keys", value: server ?? null });
  await change.put("meta", { key: "settings", value: settings ?? {} });
  for (const key of ["chain", "checkpoints", "history", "wiped", "parked_told", "cursor", ENROLLING]) await change.delete("meta", key);
  await change.put("meta", { key: "canary", value: { born: "" } });
}

function ask(fetch, code, conditions) {
  return fetch("/tablet/enrolment", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code: code.trim().toUpperCase(), conditions }),
    credentials: "same-origin",
    redirect: "error",
  }).catch(() => null);
}
