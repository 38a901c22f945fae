import assert from "node:assert/strict";
import test from "node:test";
import { RowActs } from "../../pwa/js/row_acts.mjs";
import { concern } from "../../pwa/js/components/concern.mjs";
import { handover } from "../../pwa/js/components/handover.mjs";
import { sealed } from "../../pwa/js/components/sealed.mjs";
import { home } from "../../pwa/js/components/home.mjs";
import { due } from "../../pwa/js/components/due.mjs";
import { outbox } from "../../pwa/js/components/outbox.mjs";
import { saved } from "../../pwa/js/components/saved.mjs";
import { screen } from "../../pwa/js/components/screen.mjs";
import { sent } from "../../pwa/js/components/sent.mjs";
import { MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

function tablet(author, parts = {}) {
  const gone = [];
  const app = {
    store: new MemoryStore(), clock: fakeClock(), author: { current: { id: author } }, push: { inFlight: new Set() },
    live: { state: { parts, away: false } }, router: { go: (path) => gone.push(path) }, reference: { form: async () => undefined, onCall: async () => [] },
  };
  return { app, gone };
}

test("what somebody saved, and that few may see it, is shown to nobody who takes the tablet after them", async () => {
  const row = sealedRow(1, { form: "immediate_concern", restricted: 1, receipt: { status: "stored", received_at: "2026-11-21T14:07:00Z", seq: 7 } });
  for (const [author, lines] of [["amina", 3], ["dana", 0]]) {
    const { app } = tablet(author, { record: row.record, version: "1" });
    await put(app.store, "record", row);
    const screen = saved(app);
    await screen.load();
    assert.equal(screen.happened.length, lines, author);
    assert.equal(screen.title !== "", lines > 0, author);
  }
});

test("the form to go back to is offered to its author only", async () => {
  const draft = "01a00000-0000-7000-8000-00000000000d";
  const row = sealedRow(1, { returns_to: `/tablet/form/${draft}` });
  for (const [owner, path] of [["amina", row.returns_to], ["ben", ""]]) {
    const { app } = tablet("amina", { record: row.record, version: "1" });
    await put(app.store, "record", row);
    await put(app.store, "draft", { id: draft, author: owner });
    const screen = saved(app);
    await screen.load();
    assert.equal(screen.returnPath, path);
  }
});

test("a second tap on the next sample makes no second draft", async () => {
  const { app, gone } = tablet("amina");
  app.reference = { list: async () => [] };
  app.forms = { definition: async () => ({ form: "sample", hash: "h", title: "S", code: "F7", sections: [] }) };
  app.live.tablet = { unit: "oak" };
  const screen = saved(app);
  screen.row = sealedRow(1, { audit: "a1", body: JSON.stringify({ unit: "oak", answers: {} }) });
  await Promise.all([screen.nextSample(), screen.nextSample()]);
  assert.deepEqual([gone.length, await app.store.count("draft")], [1, 1]);
});

test("a concern that cannot be opened says so even when the list to call cannot be read", async () => {
  const { app } = tablet("amina");
  app.reference.onCall = async () => { throw new Error("the store is gone"); };
  const screen = concern(app);
  await screen.load().catch(() => {});
  assert.match(screen.problem, /not on this tablet/);
});

test("undo with nothing to put back takes no rows away", () => {
  const acts = new RowActs({ definition: {}, raw: () => ({ changed: ["1", "2"] }), onRows: () => assert.fail("the rows were laid anew") });
  acts.act("undo", { dataset: { question: "changed" } }, "");
});

test("what waits to be sent names nobody who raised a concern about a manager, but to themself", async () => {
  const rows = [sealedRow(1), sealedRow(2, { title: "Immediate concern", restricted: 1 })];
  for (const [author, shown] of [["amina", 2], ["dana", 1]]) {
    const { app } = tablet(author);
    await put(app.store, "record", ...rows);
    const screen = outbox(app);
    await screen.load();
    assert.equal(screen.rows.length, 2);
    assert.equal(screen.rows.filter(({ words }) => words.includes("Amina")).length, shown, author);
    assert.equal(screen.rows.some(({ title }) => title === "Immediate concern"), shown === 2, author);
  }
});

test("what somebody began and left is due all the same: who taps again does it themself", async () => {
  const { app, gone } = tablet("ben");
  app.reference = { ...app.reference, form: async () => ({ hash: "h" }), list: async () => [], names: async () => new Map([["amina", "Amina"]]) };
  app.forms = { definition: async () => ({ form: "family_contact", hash: "h", title: "F", code: "F3", sections: [] }) };
  app.live.tablet = { unit: "oak" };
  await put(app.store, "draft", { id: "d1", author: "amina", spawned_by: "x", form: "family_contact" });
  const screen = due(app);
  screen.items = { byId: new Map([["x", { id: "x", form: "family_contact", answers: {}, settled: null }]]) };
  await screen.open({ id: "x", form: "family_contact" });
  assert.match(screen.problem, /^Amina has begun this.*Tap again/);
  assert.deepEqual([gone.length, await app.store.count("draft")], [0, 1]);
  await screen.open({ id: "x", form: "family_contact" });
  const [, mine] = await app.store.all("draft");
  assert.deepEqual([gone, mine.author, mine.spawned_by, screen.problem], [[`/tablet/form/${mine.id}`], "ben", "x", ""]);
});

test("home says what is worth watching next in the tablet's own unit, from the last pull", async () => {
  const told = [{ id: "oak", says: "Worth watching next: Giving medicines. Nobody watched it here since Mon 3 Aug 2026." }];
  for (const [unit, says] of [["oak", told[0].says], ["elm", ""], [undefined, ""]]) {
    const { app } = tablet("ben");
    const rows = { suggestion: told };
    app.reference = {
      of: async (kind) => rows[kind] ?? [], names: async () => new Map(), forms: async () => [], units: async () => [], words: async () => ({}),
      answeredAt: async () => "",
    };
    app.live.tablet = unit && { id: "t1", unit };
    const screen = due(app);
    await screen.load();
    assert.equal(screen.watch, says);
  }
});

test("a parked concern about a manager is a form like any other to who has not begun it", async () => {
  for (const [author, title] of [["amina", "Immediate concern"], ["dana", "A form"]]) {
    const { app } = tablet(author);
    Object.assign(app.live.state, { authorId: author, authorName: author });
    app.reference = { actions: async () => [], staff: async () => [], ageWords: async () => "" };
    const draft = { id: "d1", author: "amina", form: "immediate_concern", title: "Immediate concern", version: 1, missing: 2, changed_at: "2026-11-21T14:00:00Z" };
    await put(app.store, "draft", { ...draft, raw: { about_manager: "yes" } });
    const screen = home(app);
    await screen.load();
    assert.equal(screen.drafts[0].title, title);
  }
});

test("another tablet is never said to have sent all, but all up to when it was last heard", async () => {
  const { app } = tablet("amina");
  const tablets = [{ id: "t2", name: "Elm", heard_at: "2026-11-21T13:40:00Z", waiting: 0, oldest: "" }];
  app.reference = { of: async () => [], people: async () => [], tablets: async () => tablets, pulledAt: async () => "2026-11-21T14:00:00Z" };
  app.openForm = { open: null };
  app.sync = { contact: { reached: true } };
  const screen = handover(app);
  await screen.load();
  assert.equal(screen.tablets[0].state, "All up to 13:40");
});

test("a correction that cannot be opened says so", async () => {
  const { app } = tablet("amina");
  app.openForm = { correct: async () => { throw new Error("the questions are not here"); } };
  const screen = sealed(app);
  Object.assign(screen, { row: sealedRow(1), reason: "It was the wrong room" });
  await screen.correct();
  assert.match(screen.reasonProblem, /could not be opened/);
});

test("what was sent since the tablet was enrolled anew stands first, though its numbers begin again", async () => {
  const { app } = tablet("amina");
  const rows = [sealedRow(8), sealedRow(9, { tablet_seq: 1, sealed_at: "2026-11-21T14:30:00Z" })];
  await put(app.store, "record", ...rows, sealedRow(10, { author: "ben" }));
  const screen = sent(app);
  await screen.load();
  assert.deepEqual(screen.rows.map(({ record }) => record.slice(-1)), ["9", "8"]);
});

test("while a record waits that cannot be read, nobody is told that all have a receipt", async () => {
  for (const [waiting, empty] of [[1, false], [0, true]]) {
    const { app } = tablet("amina");
    app.live.state.waiting = waiting;
    const screen = outbox(app);
    await screen.load();
    screen.loaded = true;
    assert.equal(screen.empty, empty);
  }
});

test("what lists hundreds of rows is told when other records wait, and not how each one fares", async () => {
  for (const listed of [home, due]) {
    const { app } = tablet("amina");
    const topics = [];
    app.live.on = (topic) => topics.push(topic) && (() => {});
    const shown = Object.assign(listed(app), { load() {}, $nextTick() {} });
    await shown.init();
    assert.deepEqual(topics, ["reference", "records"]);
  }
});

test("a screen that is told of news while it reads reads once more, and not once for each", async () => {
  const { app } = tablet("amina");
  const told = [];
  app.ready = Promise.resolve();
  app.live.on = (topic, hear) => told.push(hear) && (() => {});
  let reads = 0;
  const done = [];
  const shown = screen(app, { topics: ["reference", "outbox"], load: () => new Promise((resolve) => { reads += 1; done.push(resolve); }) });
  shown.$nextTick = () => {};
  const begun = shown.init();
  await new Promise(setImmediate);
  done.shift()();
  await begun;
  for (let at = 0; at < 3; at += 1) for (const hear of told) hear();
  assert.equal(reads, 2);
  for (const expected of [3, 3]) {
    done.shift()?.();
    await new Promise(setImmediate);
    assert.equal(reads, expected);
  }
});

test("a screen that is told of news while a read fails reads once more, and the failure reaches who told it first", async () => {
  const { app } = tablet("amina");
  let told;
  app.ready = Promise.resolve();
  app.live.on = (topic, hear) => (told = hear) && (() => {});
  const reads = [];
  const shown = screen(app, { topics: ["reference"], load: () => new Promise((resolve, reject) => reads.push({ resolve, reject })) });
  shown.$nextTick = () => {};
  const begun = shown.init();
  await new Promise(setImmediate);
  reads.at(-1).resolve();
  await begun;
  const failure = assert.rejects(told(), /no store/);
  await told();
  reads.at(-1).reject(new Error("no store"));
  await new Promise(setImmediate);
  assert.equal(reads.length, 3);
  reads.at(-1).resolve();
  await failure;
});
