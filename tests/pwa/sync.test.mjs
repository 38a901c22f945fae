import assert from "node:assert/strict";
import test from "node:test";
import { Sync } from "../../pwa/js/sync.mjs";
import { backoff } from "../../pwa/js/backoff.mjs";
import { FakeLocks, FakeTime, MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

const OK = { meaning: "answered", reason: "", delivered: 0 };

function loop({ pushes = [], pulls = [], missing = 0, keysKnown = true, silent = "", random = () => 1, ...more } = {}) {
  const time = new FakeTime();
  const calls = [];
  const push = { pass: async (wish) => (calls.push(["push", wish]), pushes.shift() ?? OK) };
  const pull = {
    pass: async () => (calls.push(["pull"]), pulls.shift() ?? { meaning: "answered", reason: "", changed: false, epoch: "e1" }),
    epochNow: async () => (calls.push(["epoch"]), silent === "epoch" ? null : "e1"),
    greet: async () => (calls.push(["greet"]), pulls.shift() ?? OK),
    offerKeys: async () => (calls.push(["keys"]), keysKnown),
    offerAgain: async (epoch) => (calls.push(["offer", epoch]), { meaning: silent === "offer" ? "retry" : "answered", missing }),
  };
  const locks = new FakeLocks();
  const contacts = [];
  const store = new MemoryStore();
  const sync = new Sync({
    push, pull, store, clock: fakeClock(time), locks, timers: time, random,
    enrolled: async () => true, onContact: (contact) => contacts.push(contact), ...more,
  });
  return { sync, time, calls, locks, contacts, store };
}

test("a pass sends first and reads after", async () => {
  const { sync, calls } = loop();
  await sync.now();
  assert.deepEqual(calls.map(([name]) => name), ["push", "pull", "offer"]);
});

test("the loop goes on by its timer alone", async () => {
  const { sync, time, calls } = loop();
  await sync.now();
  await time.advance(180_000);
  assert.equal(calls.filter(([name]) => name === "push").length, 4);
});

test("failures in a row wait longer, up to five minutes, and success starts afresh", async () => {
  const failed = { meaning: "retry", reason: "no", delivered: 0 };
  const { sync, time } = loop({ pushes: [failed, failed, failed] });
  const pauses = [];
  for (let round = 0; round < 4; round += 1) {
    await sync.now();
    pauses.push(time.pending[0]);
  }
  assert.deepEqual(pauses, [5_000, 10_000, 20_000, 60_000]);
  assert.equal(backoff(50, () => 0.999999), 299_999);
  assert.equal(backoff(1, () => 0), 1_000);
});

test("another tab that sends is left alone", async () => {
  const { sync, calls, locks } = loop();
  locks.taken = true;
  assert.equal(await sync.now(), false);
  assert.deepEqual(calls, []);
});

test("contact is judged by an answer, and the reason is kept when there is none", async () => {
  const { sync, contacts } = loop({ pushes: [OK, { meaning: "retry", reason: "The server did not answer.", delivered: 0 }] });
  await sync.now();
  assert.equal(contacts.at(-1).reached, true);
  const heard = contacts.at(-1).heardAt;
  await sync.now();
  assert.equal(contacts.at(-1).reached, false);
  assert.equal(contacts.at(-1).reason, "The server did not answer.");
  assert.equal(contacts.at(-1).heardAt, heard);
});

test("a push that settled in part is contact: the lists are read, and the next try waits longer", async () => {
  const partly = { meaning: "retry", reason: "not every record", delivered: 1, heard: true };
  const { sync, calls, contacts, time } = loop({ pushes: [partly, partly] });
  await sync.now();
  assert.deepEqual(calls.map(([name]) => name), ["push", "pull", "offer"]);
  assert.equal(contacts.at(-1).reached, true);
  assert.equal(contacts.at(-1).reason, "not every record");
  await sync.now();
  assert.deepEqual(time.pending, [10_000]);
});

test("what is wished for during a pass is done right after it", async () => {
  let finish;
  const { sync, calls, time } = loop({ pushes: [new Promise((resolve) => { finish = resolve; })] });
  const first = sync.now();
  assert.equal(await sync.now({ again: true }), false);
  finish(OK);
  await first;
  assert.deepEqual(time.pending, [0]);
  await time.advance(0);
  assert.deepEqual(calls.filter(([name]) => name === "push").map(([, wish]) => wish), [{}, { again: true }]);
  assert.deepEqual(time.pending, [60_000]);
});

test("a network that comes back while a pass fails is tried at once, and only once", async () => {
  const failed = { meaning: "retry", reason: "no", delivered: 0 };
  let fail;
  const { sync, time } = loop({ pushes: [new Promise((resolve) => { fail = resolve; }), failed] });
  const page = new EventTarget();
  sync.start(page);
  await settle();
  page.dispatchEvent(new Event("online"));
  fail(failed);
  await settle();
  assert.deepEqual(time.pending, [0]);
  await time.advance(0);
  assert.deepEqual(time.pending, [10_000]);
});

test("gathering forms holds up no pass", async () => {
  const gathering = new Promise(() => {});
  const { sync, calls, time } = loop({ onPulled: () => gathering });
  sync.now();
  await settle();
  assert.deepEqual(time.pending, [60_000]);
  sync.now();
  await settle();
  assert.equal(calls.filter(([name]) => name === "push").length, 2);
});

test("an unknown tablet is told to sign in", async () => {
  const { sync, contacts } = loop({ pushes: [{ meaning: "sign_in", reason: "unknown", delivered: 0 }], pulls: [{ meaning: "sign_in", reason: "unknown" }] });
  await sync.now();
  assert.equal(contacts.at(-1).signIn, true);
});

test("a tablet out of use has reached the server, and is told", async () => {
  const { sync, contacts } = loop({ pulls: [{ meaning: "revoked", reason: "out of use" }] });
  await sync.now();
  assert.equal(contacts.at(-1).revoked, true);
  assert.equal(contacts.at(-1).reached, true);
});

test("before the first PIN nothing is sent or read, and the server is still heard", async () => {
  const { sync, calls, contacts } = loop({ opened: async () => false });
  await sync.now();
  assert.deepEqual([calls.map(([name]) => name), contacts.at(-1).reached], [["greet"], true]);
});

test("a tablet out of use learns what to do with its store, unlocked or not", async () => {
  for (const opened of [true, false]) {
    const wishes = [];
    const { sync } = loop({ opened: async () => opened, pulls: [{ meaning: "revoked", reason: "out of use", wipe: "now" }], onRevoked: async (wipe) => wishes.push(wipe) });
    await sync.now();
    assert.deepEqual(wishes, ["now"]);
  }
});

test("a server put back from a backup is shown the keys before the records, and welcomed only when it knows them", async () => {
  for (const [keysKnown, expected] of [[true, ["push", "pull", "keys", "offer"]], [false, ["push", "pull", "keys"]]]) {
    const { sync, calls, store } = loop({ keysKnown });
    await put(store, "meta", { key: "epoch", value: "e0" });
    await sync.now();
    assert.deepEqual(calls.map(([name]) => name), expected);
  }
});

test("what waits goes to a restored server only after the keys it is signed with", async () => {
  for (const [epoch, expected] of [["e0", ["epoch", "keys", "push", "pull", "keys", "offer"]], ["e1", ["epoch", "push", "pull"]]]) {
    const { sync, calls, store } = loop();
    await put(store, "meta", { key: "epoch", value: epoch });
    await put(store, "record", sealedRow(1));
    await sync.now();
    assert.deepEqual(calls.map(([name]) => name), expected);
  }
});

test("when the server lost records, they are sent again in the same pass", async () => {
  const { sync, calls } = loop({ missing: 2 });
  await sync.now();
  assert.deepEqual(calls.map(([name]) => name), ["push", "pull", "offer", "push"]);
});

test("a store that cannot be read does not stop the loop", async () => {
  const { sync, time, calls, contacts } = loop({ pushes: [Promise.reject(new Error("the store is closed"))] });
  await sync.now();
  assert.equal(contacts.at(-1).reached, false);
  assert.match(contacts.at(-1).reason, /own store/);
  await time.advance(5_000);
  assert.equal(calls.filter(([name]) => name === "push").length, 2);
  assert.equal(contacts.at(-1).reached, true);
});

/** Lets what was begun go on as far as it can. */
function settle() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

test("a tablet out of use offers a server that was put back everything it holds, sends what that lacks, and only then is emptied", async () => {
  const revoked = { meaning: "revoked", reason: "out of use", wipe: "now" };
  const acts = [];
  const { sync, calls, store } = loop({ missing: 2, pulls: [revoked], onRevoked: async (wipe) => acts.push(wipe, calls.map(([name]) => name).join(" ")) });
  await put(store, "meta", { key: "epoch", value: "before" });
  await sync.now();
  assert.deepEqual(acts, ["now", "push pull epoch keys offer push"]);
});

test("a tablet out of use stays as it is while a server that was put back has not been offered everything", async () => {
  const revoked = { meaning: "revoked", reason: "out of use", wipe: "now" };
  for (const silent of ["epoch", "offer", "keys"]) {
    const wishes = [];
    const { sync, store } = loop({ keysKnown: silent !== "keys", pulls: [revoked], silent, onRevoked: async (wipe) => wishes.push(wipe) });
    await put(store, "meta", { key: "epoch", value: "before" });
    await sync.now();
    assert.deepEqual(wishes, [], silent);
  }
});

/** A page that can be hidden and shown. */
function shownPage(state = "visible") {
  const document = Object.assign(new EventTarget(), { visibilityState: state });
  return Object.assign(new EventTarget(), {
    document,
    async show(next) {
      document.visibilityState = next;
      document.dispatchEvent(new Event("visibilitychange"));
      await settle();
    },
  });
}

/** A loop on such a page, after its first pass; `made` counts the passes. */
async function onPage({ waiting = false, state, ...more } = {}) {
  const floor = { waiting };
  const page = shownPage(state);
  const { sync, time, calls } = loop({ waits: async () => floor.waiting, ...more });
  sync.start(page);
  await settle();
  return { floor, page, sync, time, made: () => calls.filter(([name]) => name === "push").length };
}

test("a hidden page with nothing to send is quiet, and looks at once when it is shown", async () => {
  const { page, time, made } = await onPage();
  await page.show("hidden");
  await time.advance(24 * 3_600_000);
  assert.deepEqual([made(), time.pending], [1, []]);
  await page.show("visible");
  assert.deepEqual([made(), time.pending], [2, [60_000]]);
});

test("a hidden page goes on sending what waits, and is quiet once it is sent", async () => {
  const { floor, page, time, made } = await onPage({ waiting: true });
  await page.show("hidden");
  await time.advance(120_000);
  assert.equal(made(), 3);
  floor.waiting = false;
  await time.advance(3_600_000);
  assert.deepEqual([made(), time.pending], [3, []]);
});

test("a hidden page that failed to send tries again after the pause of a failure", async () => {
  const failed = { meaning: "retry", reason: "no", delivered: 0 };
  const { page, time, made } = await onPage({ waiting: true, pushes: [failed, failed] });
  await page.show("hidden");
  await time.advance(5_000);
  assert.deepEqual([made(), time.pending], [2, [10_000]]);
});

test("a network that comes or goes wakes a hidden page only for what waits", async () => {
  for (const [waiting, expected] of [[false, 1], [true, 3]]) {
    const { page, made } = await onPage({ waiting });
    await page.show("hidden");
    for (const name of ["offline", "online"]) {
      page.dispatchEvent(new Event(name));
      await settle();
    }
    assert.equal(made(), expected);
  }
});

test("what is saved on a hidden page is sent at once", async () => {
  const { page, sync, made } = await onPage();
  await page.show("hidden");
  await sync.now();
  assert.equal(made(), 2);
});

test("a store that cannot say what waits stops no hidden page", async () => {
  const { page, time, made } = await onPage({ waits: () => Promise.reject(new Error("the store is closed")) });
  await page.show("hidden");
  await time.advance(60_000);
  assert.equal(made(), 2);
});
