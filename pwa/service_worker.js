// The service worker only caches. It never touches a request that is not a GET, never reads a record, never sends anything but
// its own file requests. The server writes three lines above this file: const BUILD (text), const PRECACHE ([{url, rev, bytes}]) and
// const PACK ({url, bytes}): most of these files in one. Bytes are those that travel, to a hundred; light files say none.
"use strict";

const SHELL = "/tablet/";
const KILL_SWITCH = "/tablet/kill-switch.json";
const REVISIONS = "/tablet/precache.json"; // kept with each build: what it holds, at which revision
const OURS = "sightline-";
const BUILD_CACHE = `${OURS}build-${BUILD}`;
const FORMS_CACHE = `${OURS}forms`; // form versions published after this build, kept across builds: drafts stay on their version
let killed = false; // a worker that has been told to go still serves the pages it has, and must keep nothing for them
const USUAL = 700; // what a light file weighs: those under 2,000 bytes, on average
const REQUEST = 300; // what asking for one more file costs besides its bytes
const OURS_TO_ANSWER = new Set([REVISIONS, ...PRECACHE.map(({ url }) => url)]);

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const path = ourPath(event.request);
  if (path === null) return;
  if (event.request.mode === "navigate") {
    event.respondWith(shell(event));
    event.waitUntil(obeyKillSwitch());
  } else if (OURS_TO_ANSWER.has(path) || path.startsWith("/forms/")) {
    event.respondWith(kept(event.request, path));
  }
});
self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") self.skipWaiting();
  if (event.data?.type === "BUILD") event.ports[0]?.postMessage(BUILD);
  if (event.data?.type === "KILL_SWITCH") event.waitUntil(obeyKillSwitch());
});

// All or nothing: a build that cannot be fetched whole leaves no half-filled cache behind, and the old one goes on serving.
async function precache() {
  const cache = await caches.open(BUILD_CACHE);
  try {
    const held = await earlierBuilds();
    if (packIsLess(PRECACHE.filter((entry) => !held.has(nameOf(entry))))) await unpack(held);
    for (const entry of PRECACHE) await keep(cache, entry, held);
    await cache.put(REVISIONS, new Response(JSON.stringify(PRECACHE)));
    if (killed || !(await caches.has(BUILD_CACHE))) throw new Error("The cache was taken away while it was filled.");
  } catch (error) {
    await caches.delete(BUILD_CACHE);
    throw error;
  }
}

// Unchanged files are copied, so an update costs only what changed. What the page has just fetched is asked about, not sent again.
async function keep(cache, entry, held) {
  const { url, rev } = entry;
  const copy = await (held.get(nameOf(entry)) ?? held.get(rev))?.();
  if (copy) return cache.put(url, copy);
  const response = await fetch(url, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${url} answered ${response.status}`);
  if ((await revisionOf(await response.clone().arrayBuffer())) !== rev) throw new Error(`${url} is another file`);
  return cache.put(url, response);
}

function nameOf({ url, rev }) {
  return `${url} ${rev}`;
}

function packIsLess(missing) {
  return missing.reduce((sum, { bytes = USUAL }) => sum + bytes + REQUEST, 0) > PACK.bytes + REQUEST;
}

// Adds what the pack holds to `held`, each file under the digest of what really came: it has no address yet. Without it the files come one by one.
async function unpack(held) {
  try {
    const response = await fetch(PACK.url, { cache: "no-store", credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const bytes = await response.arrayBuffer();
    const headEnds = new Uint8Array(bytes).indexOf(10);
    let start = headEnds + 1;
    for (const [type, ...lengths] of JSON.parse(new TextDecoder().decode(bytes.slice(0, headEnds)))) {
      for (const length of lengths) {
        const body = bytes.slice(start, (start += length));
        held.set(await revisionOf(body), () => new Response(body, { headers: headersOf(response, type) }));
      }
    }
  } catch {
    // Cut off, or somebody else's answer.
  }
}

// Whatever the server says of every file (security policy and the like) holds for a file out of the pack too.
function headersOf(response, type) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "etag", "vary"]) headers.delete(name);
  headers.set("content-type", type);
  return headers;
}

// The first 96 bits of the SHA-256: who answers in the server's place cannot make another file with the same.
async function revisionOf(body) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return [...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What earlier caches hold: file and revision -> a way to take a copy. One that was moved is none: a module that is copied looks for
// what it imports beside its old address.
async function earlierBuilds() {
  const held = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(`${OURS}build-`) || name === BUILD_CACHE) continue;
    const cache = await caches.open(name);
    const list = await cache.match(REVISIONS);
    for (const entry of list ? await list.json() : []) held.set(nameOf(entry), () => cache.match(entry.url));
  }
  return held;
}

// Another build may be filling its cache now, or be full and waiting: then nothing is deleted, and it clears up when it takes over.
async function takeOver() {
  const { installing, waiting } = self.registration;
  for (const name of installing || waiting ? [] : await caches.keys()) {
    if (name.startsWith(`${OURS}build-`) && name !== BUILD_CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

// The path of a request that is ours to answer, or null.
function ourPath(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (url.pathname.startsWith("/sync/") || url.pathname === KILL_SWITCH) return null;
  if (request.mode === "navigate") return url.pathname.startsWith(SHELL) ? url.pathname : null;
  return url.pathname;
}

// A build whose cache is gone (the browser made space) fills it again while there is a network.
async function shell(event) {
  const found = await inBuild(SHELL);
  if (!found && !killed) event.waitUntil(precache().catch(() => {}));
  return found ?? fetch(event.request);
}

async function kept(request, path) {
  const found = (await inBuild(path)) ?? (await caches.match(path, { cacheName: FORMS_CACHE }));
  if (found) return found;
  const response = await fetch(request);
  if (path.startsWith("/forms/") && !killed && (await isForm(response, path))) {
    await (await caches.open(FORMS_CACHE)).put(path, response.clone());
  }
  return response;
}

// A form is named by its hash, and both its parts carry it: a sign-in page of the Wi-Fi does not.
async function isForm(response, path) {
  const [, hash, part] = /^\/forms\/([0-9a-f]{64})\.(html|json)$/.exec(path) ?? [];
  const type = { html: "text/html", json: "application/json" }[part];
  if (!type || !response.ok || response.redirected || !response.headers.get("Content-Type")?.startsWith(type)) return false;
  return (await response.clone().text()).includes(hash);
}

// Not by caches.open, which would make the cache anew after the kill switch took it.
async function inBuild(path) {
  return caches.match(path, { cacheName: BUILD_CACHE });
}

// A way back if a build turns out to be harmful: caches go, the worker goes, the records in IndexedDB stay.
async function obeyKillSwitch() {
  try {
    const response = await fetch(KILL_SWITCH, { cache: "no-store", credentials: "same-origin" });
    const answer = response.ok ? await response.json() : null;
    if (answer?.kill !== 1 && answer?.kill !== true) return;
  } catch {
    return; // No answer, or somebody else's: carry on.
  }
  killed = true;
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS)) await caches.delete(name);
  }
  await self.registration.unregister();
}
