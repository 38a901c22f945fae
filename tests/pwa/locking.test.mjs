// What a lock takes away from whoever comes next, and what goes on behind it.

import assert from "node:assert/strict";
import test from "node:test";
import { Live } from "../../pwa/js/live.mjs";
import { check } from "../../pwa/js/components/check.mjs";
import { enrol } from "../../pwa/js/components/enrol.mjs";
import { raiseConcern } from "../../pwa/js/concern.mjs";
import { who } from "../../pwa/js/components/who.mjs";

const tabs = [];
globalThis.BroadcastChannel = class {
  constructor() {
    tabs.push(this);
  }

  postMessage(data) {
    for (const tab of tabs) if (tab !== this) tab.onmessage({ data });
  }
};

/** An app that Amina uses. `gone` are the addresses it went to. */
function app(parts = {}) {
  const gone = [];
  const person = { current: { id: "amina", name: "Amina Yusuf" }, sign: "amina signs", leave() { this.current = null; } };
  const made = {
    author: person, gone, build: "b1", store: { unlocked: true }, openForm: { flush() {}, path: "/tablet/form/f1" }, nextTick: async () => {},
    router: { go: (path) => gone.push(path), show: () => gone.push("again") }, sync: { now() {} }, reload() {}, ...parts,
  };
  made.live = Object.assign(new Live(made), { tablet: { id: "t1" } });
  return made;
}

test("what somebody was about to raise is not carried into the concern of who unlocks the tablet next", () => {
  const here = app();
  raiseConcern(here, { person: "Zebulon", saw: "He fell" });
  here.live.lock();
  here.live.wish("/tablet/concern");
  assert.equal(here.concernFrom, undefined);
});

test("an acceptor's PIN that is still tried when the tablet locks saves nothing of who takes it next", async () => {
  const sealed = [];
  let answer;
  const here = app({ vault: { signerFor: () => new Promise((resolve) => { answer = resolve; }) } });
  here.openForm.seal = async (parts) => sealed.push(parts);
  const screen = Object.assign(check(here), { acceptor: { id: "ben", name: "Ben Carter" } });
  const accepted = screen.accept({ detail: "593817" });
  here.live.lock();
  screen.destroy();
  here.author.current = { id: "chidi", name: "Chidi Obi" };
  answer({ ok: true, sign: "ben signs" });
  await accepted;
  assert.deepEqual(sealed, []);
});

test("whose PIN opened the tablet goes on, though another name or none is chosen by then", async () => {
  const unlocked = [];
  const here = app({ vault: { unlock: async () => ({ ok: true }) } });
  here.live.unlocked = (staff) => unlocked.push(staff);
  for (const chosen of [null, { id: "ben", name: "Ben Carter", pin: "set" }]) {
    const screen = Object.assign(who(here), { chosen: { id: "amina", name: "Amina Yusuf", pin: "set" }, pin: "280461" });
    const acted = screen.act();
    screen.chosen = chosen;
    await acted;
  }
  assert.deepEqual(unlocked, ["amina", "amina"]);
});

test("when one tab has emptied the tablet the others begin anew, without the key", () => {
  const begun = [];
  const [one] = ["one", "two", "three"].map((name) => app({ reload: () => begun.push(name) }));
  one.live.tellWiped();
  assert.deepEqual(begun, ["two", "three"]);
});

test("nobody signs with a key of the tablet before while the one just enrolled makes its first contact", async () => {
  const using = [];
  const here = app({
    store: { unlocked: true, get: async () => undefined, write: async () => {} }, locks: { request: (name, wish, work) => work() },
    fetch: async () => ({ status: 201, json: async () => ({ tablet: { id: "t2", name: "Elm" }, service: { id: "larch", name: "Larch House" } }) }),
  });
  here.sync.now = async () => using.push(here.author.current);
  await Object.assign(enrol(here), { code: "ABCD-2345", encrypted: true, locks: true }).send();
  assert.deepEqual(using, [null]);
});

test("whose first sign-in came too late finds their name on the list: the PIN they chose is theirs already", async () => {
  const amina = { id: "amina", name: "Amina Yusuf", role: "Carer" };
  const here = app({ vault: { signInFirst: async () => ({ ok: false, problem: "overtaken" }), people: async () => [amina] } });
  const screen = Object.assign(who(here), { first: true, chosen: { ...amina, pin: "first" }, $nextTick() {} });
  await screen.act();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([screen.first, screen.chosen, screen.shown], [false, null, [amina]]);
  assert.match(screen.listProblem, /Choose your name again/);
});
