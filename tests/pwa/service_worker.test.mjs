import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../pwa/service_worker.js", import.meta.url), "utf8");
const ORIGIN = "https://sightline.example";
const FORM = `/forms/${"a".repeat(64)}.json`;
const FILES = { "/tablet/": "shell", "/pwa/js/app.mjs": "app", [FORM]: "form" };

const PACK = "/pwa/pack/1.bin";
const WEIGHT = 1_000;
const PACK_WEIGHT = 2_000;

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

  async has(name) {
    return this.caches.has(name);
  }

  async keys() {
    return [...this.caches.keys()];
  }

  async delete(name) {
    return this.caches.delete(name);
  }
}

/** The worker of one build, on caches that outlive it, before a server that answers from `files`. */
function worker({ build = "b1", files = FILES, packed = packOf(files), caches = new FakeCaches(), answer, registration = {} } = {}) {
  const listeners = {};
  const fetched = [];
  const state = { skipped: false, unregistered: false, claimed: false };
  const fetch = async (request) => {
    const path = typeof request === "string" ? request : new URL(request.url).pathname;
    fetched.push(path);
    const special = await answer?.(path);
    const whole = path === PACK && packed && new Response(packed, { headers: { "content-security-policy": "strict", "content-encoding": "br" } });
    return special || whole || (path in files ? new Response(files[path]) : new Response("gone", { status: 404 }));
  };
  const self = {
    addEventListener: (name, listener) => { listeners[name] = listener; },
    location: { origin: ORIGIN },
    skipWaiting: () => { state.skipped = true; },
    clients: { claim: async () => { state.claimed = true; } },
    registration: { installing: null, waiting: null, ...registration, unregister: async () => { state.unregistered = true; } },
  };
  const precache = Object.entries(files).map(([url, text]) => ({ url, rev: digest(text, "hex").slice(0, 24), bytes: WEIGHT }));
  const lists = [["BUILD", build], ["PRECACHE", precache], ["PACK", { url: PACK, bytes: PACK_WEIGHT }]];
  const head = lists.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`).join("");
  vm.runInNewContext(head + SOURCE, { self, caches, fetch, crypto, URL, Headers, Response, TextDecoder, Uint8Array, Map, Set, Error, JSON });
  const waited = async (name, event = {}) => {
    const promises = [];
    const extend = (promise) => promises.push(promise);
    listeners[name]({ waitUntil: extend, ...event, respondWith: (promise) => extend(promise) && event.respondWith(promise) });
    for (const promise of promises) await promise; // more may be added while one is awaited
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

/** All but the shell, as server/pack.py puts them together. */
function packOf(files) {
  const inside = Object.entries(files).filter(([url]) => url !== "/tablet/").map(([, text]) => text);
  return `${JSON.stringify([["text/plain", ...inside.map((text) => Buffer.byteLength(text))]])}\n${inside.join("")}`;
}

function form(text, type = "text/html", status = 200) {
  return new Response(text, { status, headers: { "Content-Type": type } });
}

function digest(text, encoding) {
  return createHash("sha256").update(text).digest(encoding);
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

test("a first install takes one file and what is not in it, and every file is whole", async () => {
  const files = { ...FILES, "/pwa/js/app.mjs": "näher" };
  const first = worker({ files });
  await first.install();
  assert.deepEqual(first.fetched, [PACK, "/tablet/"]);
  const later = worker({ files, caches: first.caches, answer: offline });
  assert.deepEqual(JSON.parse(await later.ask("/tablet/precache.json")).map(({ url }) => url), Object.keys(files));
  assert.equal(await later.ask("/pwa/js/app.mjs"), "näher");
  assert.equal(await later.ask(FORM), "form");
});

test("a file out of the pack has its own type and the security headers of any answer", async () => {
  const first = worker();
  await first.install();
  const { headers } = await first.caches.match("/pwa/js/app.mjs", { cacheName: "sightline-build-b1" });
  assert.deepEqual(Object.fromEntries(headers), { "content-security-policy": "strict", "content-type": "text/plain" });
});

test("without a readable pack the files come one by one, and a wrong file in it is fetched alone", async () => {
  const sound = packOf(FILES);
  const others = [null, "", "<html>", "[]", "[]\n", sound.slice(0, 20), sound.slice(0, -4), '[["text/plain"]]\n', "3\n"];
  for (const packed of others) {
    const first = worker({ packed });
    await first.install();
    assert.equal(await worker({ caches: first.caches, answer: offline }).ask(FORM), "form", packed);
  }
  const wrong = worker({ packed: `${sound.split("\n")[0]}\nbadform` });
  await wrong.install();
  assert.equal(await wrong.ask("/pwa/js/app.mjs"), "app");
  assert.deepEqual(wrong.fetched, [PACK, "/tablet/", "/pwa/js/app.mjs"]);
});

test("a pack that cannot be had, and a sign-in page in its place, cost nothing but time", async () => {
  const bad = [new Response("no", { status: 500 }), Object.defineProperty(new Response(packOf(FILES)), "redirected", { value: true })];
  for (const answer of [...bad.map((response) => () => response), offline]) {
    const first = worker({ answer: (path) => (path === PACK ? answer() : null) });
    await first.install();
    assert.deepEqual(first.fetched, [PACK, ...Object.keys(FILES)]);
  }
});

test("an update that changes most files takes the pack, one that changes few does not", async () => {
  const first = worker();
  await first.install();
  const all = Object.fromEntries(Object.entries(FILES).map(([url, text]) => [url, `${text} two`]));
  const second = worker({ build: "b2", caches: first.caches, files: all });
  await second.install();
  assert.deepEqual(second.fetched, [PACK, "/tablet/"]);
  assert.equal(await second.ask("/pwa/js/app.mjs"), "app two");
});

test("a file that cannot be had fails the install and leaves no cache behind", async () => {
  for (const bad of [new Response("no", { status: 500 }), Object.defineProperty(new Response("sign in"), "redirected", { value: true })]) {
    const half = worker({ packed: null, answer: (path) => (path === FORM ? bad : null) });
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

test("a file that was moved is fetched anew: a copy would know itself by its old address, and look for what it imports there", async () => {
  const first = worker();
  await first.install();
  const { "/pwa/js/app.mjs": app, ...others } = FILES;
  const second = worker({ build: "b2", caches: first.caches, files: { ...others, "/pwa/js/moved.mjs": app } });
  await second.install();
  assert.deepEqual(second.fetched, ["/pwa/js/moved.mjs"]);
});

test("a form published after the build is kept across builds", async () => {
  const late = `/forms/${"b".repeat(64)}.html`;
  const text = `<form data-form="${"b".repeat(64)}">`;
  const first = worker({ answer: (path) => (path === late ? form(text) : null) });
  await first.install();
  assert.equal(await first.ask(late), text);
  const second = worker({ build: "b2", caches: first.caches, answer: offline });
  assert.equal(await second.ask(late), text);
});

test("what is not that form is shown to nobody as kept", async () => {
  const late = `/forms/${"b".repeat(64)}.html`;
  for (const other of [form("<p>Sign in to the Wi-Fi</p>"), form("b".repeat(64), "text/plain"), form("b".repeat(64), "text/html", 404)]) {
    const { ask, caches } = worker({ answer: () => other });
    await ask(late);
    assert.deepEqual(await caches.keys(), []);
  }
});

test("a file that is not the one the build names fails the install", async () => {
  const portal = worker({ answer: (path) => (path === "/tablet/" ? new Response("Sign in to the Wi-Fi") : null) });
  await assert.rejects(portal.install(), /another file/);
  assert.deepEqual(await portal.caches.keys(), []);
});

test("a build that takes over leaves the cache of a newer one that installs or waits", async () => {
  for (const registration of [{ installing: {} }, { waiting: {} }]) {
    const newer = worker({ build: "b3" });
    await newer.install();
    const taking = worker({ build: "b2", caches: newer.caches, registration });
    await taking.install();
    await taking.activate();
    assert.deepEqual((await newer.caches.keys()).sort(), ["sightline-build-b2", "sightline-build-b3"]);
    await newer.activate();
    assert.deepEqual(await newer.caches.keys(), ["sightline-build-b3"]);
  }
});

test("a cache taken away while it is filled fails the install", async () => {
  const robbed = worker({ packed: null, answer: async (path) => (path === FORM ? void (await robbed.caches.delete("sightline-build-b1")) : null) });
  await assert.rejects(robbed.install(), /taken away/);
});

test("a build whose cache is gone fills it again at the next start with a network", async () => {
  const bare = worker();
  assert.equal(await bare.ask("/tablet/", { mode: "navigate" }), "shell");
  const later = worker({ caches: bare.caches, answer: offline });
  assert.equal(await later.ask("/tablet/", { mode: "navigate" }), "shell");
  assert.equal(await later.ask(FORM), "form");
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
