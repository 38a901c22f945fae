import assert from "node:assert/strict";
import test from "node:test";
import { FormMissing, Forms } from "../../pwa/js/forms.mjs";
import { killSwitchIsOn } from "../../pwa/js/registration.mjs";
import { OPEN_FORM_LOCK, Updates } from "../../pwa/js/updates.mjs";
import { SERVICE_WORKER, serviceWorkerAddress } from "../../pwa/js/trust.mjs";
import { answer } from "./fakes.mjs";

const HASH = "c".repeat(64);

function tab({ held = [], controller = {}, known = true, kill = false } = {}) {
  const messages = [];
  const registration = Object.assign(new EventTarget(), { waiting: { postMessage: (message) => messages.push(message) }, active: {}, updates: 0, registered: 0 });
  registration.update = async () => { registration.updates += 1; };
  const register = async () => {
    registration.registered += 1;
    return registration;
  };
  const container = Object.assign(new EventTarget(), { controller, register, getRegistration: async () => (known ? registration : undefined) });
  const told = { ready: 0, reloads: 0 };
  const locks = { query: async () => ({ held: held.map((name) => ({ name })) }) };
  const updates = new Updates({ container, locks, reload: () => { told.reloads += 1; }, onReady: () => { told.ready += 1; }, killed: async () => kill });
  return { updates, container, registration, messages, told, held };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a waiting version is offered, and goes on when the person accepts", async () => {
  const { updates, messages, told } = tab();
  await updates.start();
  assert.equal(told.ready, 1);
  assert.deepEqual(messages, []);
  assert.equal(await updates.accept(), true);
  assert.deepEqual(messages, [{ type: "SKIP_WAITING" }]);
});

test("a version that began to install before the page listened is offered too", async () => {
  const { updates, registration, told } = tab();
  registration.waiting = null;
  registration.installing = Object.assign(new EventTarget(), { state: "installing" });
  await updates.start();
  assert.equal(told.ready, 0);
  registration.installing.state = "installed";
  registration.installing.dispatchEvent(new Event("statechange"));
  assert.equal(told.ready, 1);
});

test("a worker is registered once, and not at all while the kill switch is on", async () => {
  const cases = [[{ known: true, kill: true }, "on", 0], [{ known: false, kill: true }, "killed", 0], [{ known: false, kill: false }, "on", 1]];
  for (const [wish, state, registered] of cases) {
    const { updates, registration } = tab(wish);
    assert.equal(await updates.start(), state);
    assert.equal(registration.registered, registered);
  }
  const says = (...parts) => killSwitchIsOn(async () => answer(...parts));
  assert.equal(await says(200, '{"kill": 1}'), true);
  for (const other of [[200, '{"kill": 0}'], [500, '{"kill": 1}'], [200, "<html>"], [200, "null"]]) assert.equal(await says(...other), false);
});

test("no version is taken while a form is open in any tab", async () => {
  const { updates, messages } = tab({ held: [`${OPEN_FORM_LOCK}d1`, "sightline-sync"] });
  await updates.start();
  assert.equal(await updates.accept(), false);
  assert.deepEqual(messages, []);
});

test("a change of worker loads the page again, but not at the first install and not over a form", async () => {
  const changed = tab();
  await changed.updates.start();
  changed.container.dispatchEvent(new Event("controllerchange"));
  await settle();
  assert.equal(changed.told.reloads, 1);
  const fresh = tab({ controller: null });
  await fresh.updates.start();
  fresh.container.dispatchEvent(new Event("controllerchange"));
  await settle();
  assert.equal(fresh.told.reloads, 0);
});

test("an update that was accepted elsewhere waits for a form opened meanwhile, accepted here before or not", async () => {
  const { updates, container, told, held } = tab();
  await updates.start();
  await updates.accept();
  held.push(`${OPEN_FORM_LOCK}d1`);
  container.dispatchEvent(new Event("controllerchange"));
  await settle();
  assert.equal(told.reloads, 0);
  held.length = 0;
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  assert.equal(told.reloads, 1);
});

test("the server is asked for a new version at most every ten minutes", async () => {
  const { updates, registration } = tab();
  await updates.start();
  for (const minute of [11, 12, 20, 22, 40]) await updates.look(minute * 60_000);
  assert.equal(registration.updates, 3);
});

test("without a service worker the app says that it will not open offline", async () => {
  const updates = new Updates({ container: undefined, locks: {}, reload() {}, onReady() {} });
  assert.equal(await updates.start(), "off");
  assert.equal(await updates.build(), "not installed");
});

test("a service worker can only be started from our own address", () => {
  assert.equal(String(serviceWorkerAddress()), SERVICE_WORKER);
});

test("a form that came with the app is asked for no more", async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    return { ...answer(200, ""), text: async () => `{"${HASH}":[[0],[1]]}\n{"form":"x","title":"{Person}"}\n<form></form>` };
  };
  const forms = new Forms({ fetch, caches: { match: async (url) => url === "/forms/all.txt" }, words: async () => ({ person: "tenant" }) });
  assert.ok(await forms.ready(HASH));
  await forms.gather([HASH]);
  assert.deepEqual(await forms.definition(HASH), { form: "x", title: "Tenant" });
  assert.equal(await forms.fragment(HASH), "<form></form>");
  assert.deepEqual(asked, ["/forms/all.txt"]);
});

test("a form comes from /forms/ by its hash, and nothing else counts as one", async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    return { ...answer(200, "{}"), text: async () => '{"form":"x"}' };
  };
  const forms = new Forms({ fetch, caches: null });
  assert.deepEqual(await forms.definition(HASH), { form: "x" });
  await forms.definition(HASH);
  assert.deepEqual(asked, ["/forms/all.txt", `/forms/${HASH}.json`]);
  await assert.rejects(forms.fragment("../evidence"), FormMissing);
  for (const bad of [async () => answer(404, "{}"), async () => ({ ...answer(200, "{}"), redirected: true }), async () => { throw new TypeError(); }]) {
    await assert.rejects(new Forms({ fetch: bad, caches: null }).fragment(HASH), FormMissing);
  }
});
