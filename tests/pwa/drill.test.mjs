import assert from "node:assert/strict";
import test from "node:test";
import { DRILL, NOTE_FORM, RESULT_FORM, beginDrill, fileDrill, lookAtDrill, noticeRestart, writeNote } from "../../pwa/js/drill.mjs";
import { NotOpened } from "../../pwa/js/box.mjs";
import { buildBody, seal } from "../../pwa/js/seal.mjs";
import { readDue } from "../../pwa/js/due.mjs";
import { FakeTime, MemoryStore, answer, put } from "./fakes.mjs";

const BLANK = {
  number: "", hint: null, required: false, required_when: null, show_when: null, options: [], star: false, themes: [], measures: [], unit: null,
  minimum: null, maximum: null, min_length: null, max_length: null, min_chosen: null, max_chosen: null, exclusive: null, facts_for: null, body: null, special: [], rows: null, messages: {},
};
const question = (id, kind, codes = []) => ({ ...BLANK, id, kind, ask: id, options: codes.map((code) => ({ code, label: code, score: null, concern: false, themes: [] })) });
const definitionOf = (form, questions) => ({
  form, code: "D", version: 1, hash: form, title: form, themes: [], theme_names: {}, result: null, timescales: {}, spawns: [], concern: null, sampling: null, checks: [], messages: {},
  sections: [{ id: "all", title: "All", hint: null, show_when: null, questions: [question("happened_at", "instant"), ...questions] }],
});
const FORMS = {
  [NOTE_FORM]: definitionOf(NOTE_FORM, [question("words", "text")]),
  [RESULT_FORM]: definitionOf(RESULT_FORM, [
    question("outcome", "choice", ["passed", "failed", "stopped"]), question("what", "choice", ["off", "write", "close", "on", "sent_early", "missing", "changed"]),
    ...["away_at", "saved_at", "reopened_at", "found_at", "back_at", "received_at"].map((id) => question(id, "instant")),
    ...["digest", "boot_before", "boot_after", "store"].map((id) => question(id, "text")),
  ]),
};

/** Web Locks of one browser: a lock is held until the page that holds it is closed. */
class Locks {
  held = new Map();

  pageOf(page) {
    return {
      request: async (name, { ifAvailable }, work) => {
        assert.equal(ifAvailable, true);
        if (this.held.has(name) && this.held.get(name) !== page) return work(null);
        const outcome = work({ name });
        if (outcome instanceof Promise) this.held.set(name, page);
        return outcome;
      },
    };
  }

  close(page) {
    for (const [name, by] of this.held) if (by === page) this.held.delete(name);
  }
}

/** A tablet: `start` opens the app on it, which is what a restart is. */
function tablet() {
  const store = new MemoryStore();
  const time = new FakeTime();
  const locks = new Locks();
  const network = { on: true, passes: 0 };
  let boots = 0;
  const start = async ({ reloaded = false } = {}) => {
    boots += 1;
    const boot = `boot-${boots}`;
    const app = {
      store, locks: locks.pageOf(boot), build: "build-1", boot,
      clock: { boot, wall: () => time.now, monotonic: () => 0, stamp: () => ({ wall: time.now, monotonic: 0, boot, offset: [] }) },
      fetch: async () => { if (!network.on) throw new TypeError("no network"); return answer(503, "portal"); },
      author: { current: { id: "amina", name: "Amina" }, sign: async () => ({ key: "k", signature: "s" }) },
      live: { tablet: { id: "t1", unit: "oak", service: { id: "larch", name: "Larch House" } }, state: { keep: "kept" }, refreshOutbox: async () => {} },
      sync: { now: () => { network.passes += 1; } },
      reference: { form: async (id) => ({ id, hash: id }), list: async () => [] },
      forms: { definition: async (hash) => FORMS[hash] },
    };
    await put(store, "meta", { key: "tablet", value: app.live.tablet });
    await noticeRestart(app, reloaded);
    return app;
  };
  const restart = (app, wish) => { locks.close(app.boot); return start(wish); };
  return { store, time, network, start, restart };
}

async function sealNote(app, id) {
  const draft = { ...(await app.store.get("draft", id)), raw: {} };
  const stamp = app.clock.stamp();
  const answers = { happened_at: draft.started_at, words: "Green door." };
  const make = (link) => buildBody({ draft, definition: FORMS[NOTE_FORM], tablet: app.live.tablet, link, answers, bearings: [], stamp, app: "build-1" });
  return seal(app.store, make, { sealed_at: draft.started_at, form: NOTE_FORM, returns_to: draft.returns_to });
}

async function deliver(store, row) {
  const { waiting: _, ...sent } = await store.get("record", [row.record, 1]);
  await put(store, "record", { ...sent, receipt: { status: "stored", seq: 7, sha256: row.sha256, received_at: "2026-11-21T14:08:12Z" } });
}

/** A drill up to the saved note. */
async function noted(device) {
  const app = await device.start();
  await beginDrill(app);
  device.network.on = false;
  await lookAtDrill(app);
  const row = await sealNote(app, await writeNote(app));
  assert.equal((await lookAtDrill(app)).step, "close");
  return { app, row };
}

const answersOf = (row) => JSON.parse(row.body).answers;
const results = async (store) => (await store.all("record")).filter((row) => row.form === RESULT_FORM);

test("a drill goes from step to step as things happen, and its record says what was seen", async () => {
  const device = tablet();
  const first = await device.start();
  assert.equal((await lookAtDrill(first)).step, "begin");
  await beginDrill(first);
  assert.equal((await lookAtDrill(first)).step, "off"); // any answer, a portal's too, means that the network is on
  device.network.on = false;
  assert.equal((await lookAtDrill(first)).step, "write");
  const note = await writeNote(first);
  assert.equal((await device.store.get("draft", note)).returns_to, DRILL);
  assert.equal(await writeNote(first), note);
  const row = await sealNote(first, note);
  await device.time.advance(60_000);
  assert.deepEqual((({ step, end }) => ({ step, end }))(await lookAtDrill(first)), { step: "close", end: undefined });
  const second = await device.restart(first);
  assert.equal((await lookAtDrill(second)).step, "on");
  assert.equal(device.network.passes, 0);
  device.network.on = true;
  await lookAtDrill(second);
  assert.equal(device.network.passes, 1); // what waits is sent at once
  await deliver(device.store, row);
  assert.equal((await lookAtDrill(second)).end, "");
  await fileDrill(second, "");
  assert.equal((await lookAtDrill(second)).step, "over");
  const [told] = await results(device.store);
  assert.deepEqual(answersOf(told), {
    happened_at: "2026-11-21T14:05:00Z", outcome: "passed", away_at: "2026-11-21T14:05:00Z", saved_at: "2026-11-21T14:05:00Z", reopened_at: "2026-11-21T14:06:00Z",
    found_at: "2026-11-21T14:06:00Z", back_at: "2026-11-21T14:06:00Z", received_at: "2026-11-21T14:08:12Z", digest: row.sha256, boot_before: "boot-1", boot_after: "boot-2", store: "kept",
  });
  assert.equal(JSON.parse(told.body).spawned_by, `${note}/result`);
  assert.deepEqual(told.signatures, [{ key: "k", signature: "s" }]);
});

test("a page that is loaded anew, or opened beside the old one, is no restart", async () => {
  const device = tablet();
  const { app } = await noted(device);
  const anew = await device.restart(app, { reloaded: true });
  assert.equal((await lookAtDrill(anew)).step, "close");
  const beside = await device.start();
  assert.equal((await lookAtDrill(beside)).step, "close");
  assert.equal((await lookAtDrill(await device.restart(anew))).step, "on");
});

test("a note that was sent before the restart, is gone, has changed or does not open ends the drill and says so", async () => {
  const early = tablet();
  const sent = await noted(early);
  await deliver(early.store, sent.row);
  assert.equal((await lookAtDrill(sent.app)).end, "sent_early");
  assert.equal((await lookAtDrill(await early.restart(sent.app))).end, "sent_early");
  for (const [spoil, what] of [
    [(store, row) => store.write(["record"], (change) => change.delete("record", [row.record, 1])), "missing"],
    [(store, row) => put(store, "record", { ...row, body: row.body.replace("Green", "Greer") }), "changed"],
    [(store) => { const { get } = store; store.get = async (name, key) => { if (name === "record") throw new NotOpened(); return get.call(store, name, key); }; }, "changed"],
  ]) {
    const device = tablet();
    const { app, row } = await noted(device);
    const again = await device.restart(app);
    await spoil(device.store, row);
    assert.equal((await lookAtDrill(again)).end, what);
  }
});

test("what failed and what was broken off is filed, once, however often it is asked for", async () => {
  for (const [what, outcome] of [["changed", "failed"], ["missing", "failed"], ["close", "stopped"], ["sent_early", "stopped"]]) {
    const device = tablet();
    const { app } = await noted(device);
    await fileDrill(app, what);
    await fileDrill(app, what);
    const told = await results(device.store);
    assert.deepEqual(told.map((row) => [answersOf(row).outcome, answersOf(row).what]), [[outcome, what]]);
    assert.equal((await lookAtDrill(app)).step, "over");
  }
});

test("a drill stopped before its note was saved throws the note away and names none", async () => {
  const device = tablet();
  const app = await device.start();
  await beginDrill(app);
  device.network.on = false;
  await lookAtDrill(app);
  await writeNote(app);
  await fileDrill(app, "write");
  assert.equal(await device.store.count("draft"), 0);
  const [told] = await results(device.store);
  assert.equal(JSON.parse(told.body).spawned_by, "");
});

test("when it could not be filed it is not over, and nothing of it is lost", async () => {
  const device = tablet();
  const { app, row } = await noted(device);
  device.store.failNext = new Error("the disk is full");
  await assert.rejects(fileDrill(app, "close"), /disk is full/);
  assert.equal((await lookAtDrill(app)).step, "close");
  assert.equal((await device.store.get("record", [row.record, 1])).sha256, row.sha256);
});

test("a drill of an enrolment before is not this tablet's", async () => {
  const device = tablet();
  const { app } = await noted(device);
  app.live.tablet = { ...app.live.tablet, id: "t2" };
  assert.equal((await lookAtDrill(app)).step, "begin");
});

test("what is due on one tablet stands on that tablet's list alone", async () => {
  const device = tablet();
  const app = await device.start();
  const item = (id, more) => ({ id, form: NOTE_FORM, why: "", staff: "", unit: "", person: "", due_at: "2026-11-30T17:00:00Z", opened_at: "2026-11-01T00:00:00Z", answers: {}, source: "", says: "", ...more });
  const rows = { due: [item("schedule/drill/t1/2026-11-01/month", { tablet: "t1" }), item("schedule/drill/t2/2026-11-01/month", { tablet: "t2" }), item("schedule/handover/larch/x/0730")] };
  Object.assign(app.reference, { of: async (kind) => rows[kind] ?? [], answeredAt: async () => "" });
  assert.deepEqual((await readDue(app)).map(({ id }) => id), ["schedule/drill/t1/2026-11-01/month", "schedule/handover/larch/x/0730"]);
});
