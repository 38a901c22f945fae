// The Wi-Fi drill: shows that this tablet captures without a network, survives a restart and delivers. What was seen stands in one row of
// `meta` (times and ids only); how far the drill is, is worked out from it and from the note's own row. The last word is a sealed record.

import { NotOpened } from "./box.mjs";
import { assess } from "./assessment.mjs";
import { begin, hashOf } from "./begin.mjs";
import { buildBody, seal } from "./seal.mjs";
import { discardDraft, newDraft } from "./drafts.mjs";
import { labelOf } from "./record_label.mjs";
import { newIdentifier } from "./identifiers.mjs";
import { sha256 } from "./digest.mjs";
import { toInstant } from "./instants.mjs";

export const DRILL = "/tablet/drill";
/** The note that is written and found again; what came of the drill. */
export const NOTE_FORM = "wifi_drill";
export const RESULT_FORM = "wifi_drill_result";

/** Something small that no cache answers. */
const PROBE = "/tablet/kill-switch.json";
const FAILED = ["missing", "changed"];

/**
 * @typedef {object} Drill what the tablet saw
 * @property {string} tablet @property {string} id of the record that tells what came of it, made beforehand: so it is told once
 * @property {string} happened_at when it began @property {string} store what the browser promised of its store
 * @property {string} [note] the record that is written and found again
 * @property {string} [digest] of the note @property {string} [boot_before] @property {string} [boot_after]
 * @property {string} [away_at] @property {string} [saved_at] @property {string} [reopened_at] @property {string} [found_at] @property {string} [back_at] @property {string} [received_at]
 * @property {string} [outcome] once it is over @property {string} [what] why it did not pass
 */

/** Begins a drill. @returns {Promise<void>} */
export async function beginDrill({ store, clock, live }) {
  const wall = clock.wall();
  await keep(store, { tablet: live.tablet.id, id: newIdentifier(wall), happened_at: toInstant(wall), store: live.state.keep || "unknown" });
}

/**
 * At a start of the app, before anything is sent: is the note of a drill still here? Loaded anew is not closed, nor is what is open in another tab.
 * @param {boolean} reloaded
 */
export async function noticeRestart({ store, clock, locks }, reloaded) {
  const drill = await read(store);
  if (reloaded || !drill?.digest || drill.reopened_at || drill.outcome) return;
  if (!(await locks.request(DRILL, { ifAvailable: true }, Boolean))) return;
  const waiting = await store.all("record", { index: "waiting", clear: true });
  if (waiting.some((row) => row.record === drill.note)) await keep(store, { ...drill, reopened_at: toInstant(clock.wall() - clock.monotonic()), boot_after: clock.boot });
}

/**
 * Notes what there is to be seen now; where the drill waits for the network to go or to come, it is tried.
 * @returns {Promise<{drill?: Drill, step: "begin"|"off"|"write"|"close"|"on"|"over", end?: string}>} end: the drill is over, "" = passed, else the fault
 */
export async function lookAtDrill(app) {
  const { store, clock, live, sync } = app;
  const known = await read(store);
  if (known?.tablet !== live.tablet.id) return { step: "begin" };
  if (known.outcome) return { drill: known, step: "over" };
  const drill = { ...known };
  const now = toInstant(clock.wall());
  const row = await noteOf(store, drill);
  if (row && !drill.digest) Object.assign(drill, { digest: row.sha256, saved_at: row.sealed_at, boot_before: JSON.parse(row.body).clock.boot });
  const same = row && (await sha256(row.body)) === drill.digest;
  if (drill.reopened_at && same) drill.found_at ??= now;
  if (drill.found_at && row?.receipt) drill.received_at ??= row.receipt.received_at;
  if (!drill.away_at && (await serverAway(app.fetch))) drill.away_at = now;
  if (stepOf(drill) === "on" && !drill.received_at && !(await serverAway(app.fetch))) {
    drill.back_at ??= now;
    sync.now();
  }
  if (stepOf(drill) === "close") app.locks.request(DRILL, { ifAvailable: true }, (lock) => lock && new Promise(() => {})); // held while this page lives
  if (JSON.stringify(drill) !== JSON.stringify(known)) await keep(store, drill);
  return { drill, step: stepOf(drill), end: endOf(drill, row, same) };
}

/** The form of the note: the one begun before, if its author is here. @returns {Promise<string>} its draft's id @throws FormMissing */
export async function writeNote(app) {
  const drill = await read(app.store);
  const draft = drill.note && (await app.store.get("draft", drill.note));
  if (draft?.author === app.author.current.id) return draft.id;
  const note = await begin(app, await hashOf(app, NOTE_FORM), { draft: { returns_to: DRILL } });
  await keep(app.store, { ...drill, note });
  return note;
}

/** Seals what came of it, once, whoever asks for it how often. @param {string} what the fault, the step at which it is stopped, or "" @throws as seal */
export async function fileDrill(app, what) {
  const { store, clock, author, live, build } = app;
  const drill = await read(store);
  const { id, tablet: _tablet, note, ...seen } = drill;
  const over = { outcome: what === "" ? "passed" : FAILED.includes(what) ? "failed" : "stopped", what };
  if (!(await store.get("record", [id, 1]))) {
    const definition = await resultForm(app);
    const stamp = clock.stamp();
    const draft = newDraft({
      id, author: author.current.id, form: definition, unit: live.tablet.unit ?? "", wall: stamp.wall, raw: { ...seen, ...over }, spawned_by: drill.digest ? `${note}/result` : "",
    });
    const assessment = assess(definition, draft, [], toInstant(stamp.wall));
    const label = labelOf({ draft, definition, assessment, stamp, author: author.current });
    await seal(store, (link, tablet) => buildBody({ draft, definition, tablet, link, answers: assessment.answers, bearings: [], stamp, app: build }), label, [author.sign]);
  }
  if (note && !drill.digest) await discardDraft(store, note);
  await keep(store, { ...drill, ...over });
  live.refreshOutbox().catch(() => {});
  app.sync.now();
}

/** @returns {Promise<object>} the form that says what came of a drill, and in which words @throws FormMissing */
export async function resultForm(app) {
  return app.forms.definition(await hashOf(app, RESULT_FORM));
}

function stepOf(drill) {
  if (!drill.away_at) return "off";
  if (!drill.digest) return "write";
  return drill.reopened_at ? "on" : "close";
}

function endOf(drill, row, same) {
  if (!drill.digest) return undefined;
  if (!same) return row ? "changed" : "missing";
  if (row.receipt && !drill.reopened_at) return "sent_early";
  return drill.received_at ? "" : undefined;
}

function serverAway(fetch) {
  return fetch(PROBE, { cache: "no-store", signal: AbortSignal.timeout(5_000) }).then(() => false, () => true);
}

async function read(store) {
  return (await store.get("meta", "drill"))?.value;
}

function keep(store, value) {
  return store.write(["meta"], (change) => change.put("meta", { key: "drill", value }));
}

// One that no longer opens is there, and not the same.
async function noteOf(store, { note }) {
  try {
    return note && (await store.get("record", [note, 1]));
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    return { body: "" };
  }
}
