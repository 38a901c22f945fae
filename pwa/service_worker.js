// The service worker only caches. It never touches a request that is not a GET, never reads a record, never sends anything but
// its own file requests. The server writes two lines above this file: const BUILD (text) and const PRECACHE ([{url, rev}]).
"use strict";

const SHELL = "/tablet/";
const KILL_SWITCH = "/tablet/kill-switch.json";
const OURS = "sightline-";
const BUILD_CACHE = `${OURS}build-${BUILD}`;
const FORMS_CACHE = `${OURS}forms`; // form versions published after this build, kept across builds: drafts stay on their version

const keyOf = ({ url, rev }) => `${url}?rev=${rev}`;
const KEYS = new Map(PRECACHE.map((entry) => [entry.url, keyOf(entry)]));

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const path = ourPath(event.request);
  if (path === null) return;
  if (event.request.mode === "navigate") {
    event.respondWith(shell(event.request));
    event.waitUntil(obeyKillSwitch());
  } else if (KEYS.has(path) || path.startsWith("/forms/")) {
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
    for (const entry of PRECACHE) await keep(cache, entry);
  } catch (error) {
    await caches.delete(BUILD_CACHE);
    throw error;
  }
}

async function keep(cache, entry) {
  const key = keyOf(entry);
  const before = await caches.match(key);
  if (before) return cache.put(key, before);
  const response = await fetch(entry.url, { cache: "reload", credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${entry.url} answered ${response.status}`);
  return cache.put(key, response);
}

async function takeOver() {
  for (const name of await caches.keys()) {
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

async function shell(request) {
  return (await caches.match(KEYS.get(SHELL))) ?? fetch(request);
}

async function kept(request, path) {
  const found = await caches.match(KEYS.get(path) ?? path);
  if (found) return found;
  const response = await fetch(request);
  if (path.startsWith("/forms/") && response.ok && !response.redirected) {
    await (await caches.open(FORMS_CACHE)).put(path, response.clone());
  }
  return response;
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
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS)) await caches.delete(name);
  }
  await self.registration.unregister();
}
