import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../pwa/service_worker.js", import.meta.url), "utf8");
const ORIGIN = "https://sightline.example";
const FORM = `/forms/${"a".repeat(64)}.json`;
const FILES = { "/tablet/": "shell", "/pwa/js/app.mjs": "app", [FORM]: "form" };

class FakeCaches {
  caches = new Map();

  async open(name) {
    if (!this.caches.has(name)) this.caches.set(name, new Map());
    const entries = this.caches.get(name);
    return {
      match: async (key) => entries.get(key)?.clone(),
      put: async (key, response) => void entries.set(key, response),
    };
  }

  async match(key, { cacheName }) {
    return this.caches.get(cacheName)?.get(key)?.clone();
  }

  async keys() {
    return [...this.caches.keys()];
  }

  async delete(name) {
    return this.caches.delete(name);
  }
}

/** The worker of one build, on caches that outlive it, before a server that answers from `files`. */
function worker({ build = "b1", files = FILES, caches = new FakeCaches(), answer } = {}) {
  const listeners = {};
  const fetched = [];
  const state = { skipped: false, unregistered: false, claimed: false };
  const fetch = async (request) => {
    const path = typeof request === "string" ? request : new URL(request.url).pathname;
    fetched.push(path);
    const special = await answer?.(path);
    if (special) return special;
    if (!(path in files)) return new Response("gone", { status: 404 });
    return new Response(files[path]);
  };
  const self = {
    addEventListener: (name, listener) => { listeners[name] = listener; },
    location: { origin: ORIGIN },
    skipWaiting: () => { state.skipped = true; },
    clients: { claim: async () => { state.claimed = true; } },
    registration: { unregister: async () => { state.unregistered = true; } },
  };
  const precache = Object.entries(files).map(([url, text]) => ({ url, rev: `${text}-rev` }));
  const head = `const BUILD = ${JSON.stringify(build)};\nconst PRECACHE = ${JSON.stringify(precache)};\n`;
  vm.runInNewContext(head + SOURCE, { self, caches, fetch, URL, Response, Map, Set, Error, JSON });
  const waited = async (name, event = {}) => {
    const promises = [];
    listeners[name]({ waitUntil: (promise) => promises.push(promise), ...event });
    await Promise.all(promises);
  };
  return {
    caches, fetched, state,
    install: () => waited("install"),
    activate: () => waited("activate"),
    message: (data, ports = []) => waited("message", { data, ports }),
    async ask(path, { method = "GET", mode = "cors", origin = ORIGIN } = {}) {
      let response = null;
      await waited("fetch", { request: { url: origin + path, method, mode }, respondWith: (promise) => { response = promise; } });
      return response === null ? "not ours" : (await response).text();
    },
  };
}

const offline = () => { throw new TypeError("no network"); };

test("every address under /tablet/ is the shell, with no network", async () => {
  const first = worker();
  await first.install();
  const later = worker({ caches: first.caches, answer: offline });
  for (const path of ["/tablet/", "/tablet/form/01a0/check", "/tablet/this-tablet"]) assert.equal(await later.ask(path, { mode: "navigate" }), "shell");
  assert.equal(await later.ask("/pwa/js/app.mjs"), "app");
  assert.equal(await later.ask(FORM), "form");
});

test("what is not a GET, not ours, or the sync wire is left alone", async () => {
  const { ask } = worker();
  assert.equal(await ask("/tablet/enrolment", { method: "POST" }), "not ours");
  assert.equal(await ask("/pwa/js/app.mjs", { method: "POST" }), "not ours");
  assert.equal(await ask("/sync/changes"), "not ours");
  assert.equal(await ask("/evidence", { mode: "navigate" }), "not ours");
  assert.equal(await ask("/pwa/js/app.mjs", { origin: "https://elsewhere.example" }), "not ours");
  assert.equal(await ask("/tablet/kill-switch.json"), "not ours");
});

test("a file that cannot be had fails the install and leaves no cache behind", async () => {
  for (const bad of [new Response("no", { status: 500 }), Object.defineProperty(new Response("sign in"), "redirected", { value: true })]) {
    const half = worker({ answer: (path) => (path === FORM ? bad : null) });
    await assert.rejects(half.install());
    assert.deepEqual(await half.caches.keys(), []);
  }
});

test("an update fetches only what changed, and the old build serves until it is gone", async () => {
  const first = worker();
  await first.install();
  const second = worker({ build: "b2", caches: first.caches, files: { ...FILES, "/pwa/js/app.mjs": "app two" } });
  await second.install();
  assert.deepEqual(second.fetched, ["/pwa/js/app.mjs"]);
  assert.equal(await first.ask("/pwa/js/app.mjs"), "app");
  assert.equal(second.state.skipped, false);
  await second.message({ type: "SKIP_WAITING" });
  assert.equal(second.state.skipped, true);
  await second.activate();
  assert.equal(await second.ask("/pwa/js/app.mjs"), "app two");
  assert.deepEqual(await second.caches.keys(), ["sightline-build-b2"]);
});

test("a form published after the build is kept across builds", async () => {
  const late = `/forms/${"b".repeat(64)}.html`;
  const first = worker({ answer: (path) => (path === late ? new Response("late form") : null) });
  await first.install();
  assert.equal(await first.ask(late), "late form");
  const second = worker({ build: "b2", caches: first.caches, answer: offline });
  assert.equal(await second.ask(late), "late form");
});

test("the kill switch takes caches and worker away; anything else does not", async () => {
  const says = (text, init) => (path) => (path.endsWith("kill-switch.json") ? new Response(text, init) : null);
  for (const answer of [says('{"kill": 0}'), says("<html>"), says('{"kill": 1}', { status: 500 }), says('"kill"')]) {
    const safe = worker({ answer });
    await safe.install();
    await safe.message({ type: "KILL_SWITCH" });
    assert.equal(safe.state.unregistered, false);
  }
  const killed = worker({ answer: says('{"kill": 1}') });
  await killed.install();
  await killed.ask("/tablet/", { mode: "navigate" });
  assert.equal(killed.state.unregistered, true);
  assert.deepEqual(await killed.caches.keys(), []);
  await killed.ask("/pwa/js/app.mjs"); // the page it still serves
  await killed.ask(FORM);
  assert.deepEqual(await killed.caches.keys(), []);
});

test("the page can ask which build serves it", async () => {
  const told = [];
  await worker().message({ type: "BUILD" }, [{ postMessage: (build) => told.push(build) }]);
  assert.deepEqual(told, ["b1"]);
});
