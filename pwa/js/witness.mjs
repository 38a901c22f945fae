// This tablet is a witness: it keeps what the server signed about its log, checks that every later answer continues it, and tells the
// server's managers when one does not.

import { isSigned, readCheckpoint } from "./checkpoint.mjs";
import { provesConsistency } from "./merkle.mjs";

const KEPT = 20;
const NONE = { text: "", signature: "" };
const TIMEOUT = 30_000;
const SHOWN_FOR = 7 * 24 * 60 * 60 * 1000;
const STARTS = {
  shorter: "The server's log is shorter than this tablet has seen it",
  different: "The server's log is not the one this tablet has seen",
  bad_signature: "The server did not sign its log",
  other_key: "The server signs with another key",
  other_log: "The server shows another log",
};

/** @typedef {{kind: string, held: object, offered: object}} Report what a manager is told */
/** @typedef {{ok: boolean, words: string}} State for the person who looks */

/** The header for every push and pull: how much of the log this tablet has verified. @returns {Promise<Record<string, string>>} */
export async function headerOf(store) {
  const size = sizeOf((await keptIn(store)).at(-1));
  return size > 0 ? { "Sightline-Checkpoint": String(size) } : {};
}

/**
 * Looks at the answer to a push or a pull, keeps its checkpoint, or tells the managers why it cannot.
 * @param {{store: object, fetch: typeof fetch}} parts
 * @param {{checkpoint: object, consistency: string[]}} answer
 * @param {number} asked the size that the request named, 0 for none
 * @returns {Promise<State>} never rejects for what the server said
 */
export async function lookAt({ store, fetch }, answer, asked) {
  const checkpoints = await keptIn(store);
  const key = (await valueOf(store, "server_keys"))?.signing_key ?? "";
  const offered = shaped(answer?.checkpoint);
  const held = checkpoints.find((each) => sizeOf(each) === asked) ?? null;
  if (!held && checkpoints.length > 0) return historyWords(store); // another tab has seen more since this was asked
  if (!offered.text && !held) return historyWords(store); // a server from before there was a log
  const signed = key && (await isSigned(offered, key));
  const kind = await faultOf(held, offered, answer?.consistency, signed);
  if (kind) await note(store, { kind, held: held ?? NONE, offered });
  else await keep(store, checkpoints, offered, signed === true);
  await tell(store, fetch);
  return historyWords(store);
}

/**
 * Whether the server still has the key that this tablet trusted when it was enrolled.
 * @param {{store: object, fetch: typeof fetch}} parts
 * @param {string} key what the server says now
 * @returns {Promise<State>}
 */
export async function lookAtKey({ store, fetch }, key) {
  const trusted = (await valueOf(store, "server_keys"))?.signing_key ?? "";
  if (trusted && trusted !== key) {
    await note(store, { kind: "other_key", held: (await keptIn(store)).at(-1) ?? NONE, offered: { text: "", signature: key } });
    await tell(store, fetch);
  }
  return historyWords(store);
}

/** @returns {Promise<State>} what "This tablet" shows of the server's log */
export async function historyWords(store) {
  const { report = null, told = false, signed = false } = (await valueOf(store, "history")) ?? {};
  if (report) return { ok: false, words: `${STARTS[report.kind]}. ${told ? "The managers have been told." : "Tell a manager."}` };
  const size = sizeOf((await keptIn(store)).at(-1));
  if (size <= 0) return { ok: true, words: "" };
  const whole = `The server's log is whole: ${size} lines, all that this tablet has seen.`;
  return { ok: true, words: signed ? whole : `${whole} This browser cannot check the server's signature.` };
}

/** The newest checkpoint whose signature was checked, while nothing is wrong. @returns {Promise<object|null>} as readCheckpoint */
export async function trusted(store) {
  const { report = null, signed = false } = (await valueOf(store, "history")) ?? {};
  return report || !signed ? null : readCheckpoint((await keptIn(store)).at(-1)?.text ?? "");
}

/** @returns {Promise<string>} the kind of fault, "" when the offered checkpoint continues the one that is held */
async function faultOf(held, offered, consistency, signed) {
  const now = readCheckpoint(offered.text);
  if (!now || signed === false) return "bad_signature";
  const was = held && readCheckpoint(held.text);
  if (!was) return "";
  if (now.log !== was.log) return "other_log";
  if (now.size < was.size) return "shorter";
  const proof = Array.isArray(consistency) ? consistency : [];
  return (await provesConsistency(was.size, now.size, proof, was.root, now.root)) ? "" : "different";
}

async function keep(store, checkpoints, offered, signed) {
  const before = await valueOf(store, "history");
  const history = { ...before, signed };
  if (history.told) {
    const { at } = readCheckpoint(offered.text);
    history.since ??= at;
    if (Date.parse(at) - Date.parse(history.since) > SHOWN_FOR) delete history.report, delete history.told, delete history.since;
  }
  const isNew = sizeOf(offered) > sizeOf(checkpoints.at(-1));
  if (!isNew && JSON.stringify(history) === JSON.stringify(before)) return;
  await store.write(["meta"], async (change) => {
    if (isNew) await change.put("meta", { key: "checkpoints", value: [...checkpoints, offered].slice(-KEPT) });
    await change.put("meta", { key: "history", value: history });
  }, { strict: false });
}

// Once the managers know, the log that the server signed is what this tablet watches from then on. What it held goes with the report.
async function tell(store, fetch) {
  const history = await valueOf(store, "history");
  if (!history?.report || history.told || !(await isTold(fetch, history.report))) return;
  const { kind, offered } = history.report;
  const goesOn = kind === "shorter" || kind === "different";
  await store.write(["meta"], async (change) => {
    await change.put("meta", { key: "history", value: { ...history, told: true } });
    if (goesOn) await change.put("meta", { key: "checkpoints", value: [offered] });
  });
}

async function isTold(fetch, report) {
  try {
    const response = await fetch("/sync/witness", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(report),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return response.status === 204;
  } catch {
    return false;
  }
}

// The same fault, seen from the same place, is told once, however often the server answers so.
async function note(store, report) {
  const { told = false, report: before, ...rest } = (await valueOf(store, "history")) ?? {};
  const known = told && before.kind === report.kind && before.held.text === report.held.text;
  if (known) return;
  await store.write(["meta"], (change) => change.put("meta", { key: "history", value: { ...rest, report, told: false } }));
}

function shaped(checkpoint) {
  const { text, signature } = checkpoint ?? NONE;
  return typeof text === "string" && typeof signature === "string" ? { text, signature } : NONE;
}

function sizeOf(checkpoint) {
  return readCheckpoint(checkpoint?.text ?? "")?.size ?? 0;
}

async function keptIn(store) {
  return (await valueOf(store, "checkpoints")) ?? [];
}

async function valueOf(store, key) {
  return (await store.get("meta", key))?.value;
}
