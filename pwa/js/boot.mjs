// The first module, and on a first visit the only one fetched alone: the worker fetches the whole app in one file, and the
// page then takes every module from it. Where no worker serves the page, they come one by one.

import { killSwitchIsOn, registered } from "./registration.mjs";

const PATIENCE = 10_000;
const TRY_AGAIN = 3_000;
const HELD = "/tablet/precache.json";
const starting = document.getElementById("starting");

try {
  await served(navigator.serviceWorker);
  await readAhead(navigator.serviceWorker);
  await import("./app.mjs"); // first, for it listens to Alpine's start
  await import("../vendor/alpine-csp-3.17.4.min.js");
  starting.remove();
} catch (error) {
  starting.textContent = "Sightline could not be fetched. Check the network, then open it again.";
  starting.hidden = false;
  if (navigator.serviceWorker?.controller) setTimeout(() => location.reload(), TRY_AGAIN); // it is all here: the browser lost its way to it
  throw error;
}

// Until a worker serves this page, or it is plain that none will soon.
async function served(container) {
  if (!container || container.controller) return;
  const registration = await registered(container, () => killSwitchIsOn(fetch)).catch(() => null);
  const worker = registration && onItsWay(registration);
  if (!worker) return;
  starting.hidden = false;
  await new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
    container.addEventListener("controllerchange", resolve, { once: true });
    worker.addEventListener("statechange", () => worker.state === "redundant" && resolve());
  });
}

// All modules at once, by the worker's list: following the imports would bring them in a dozen rounds.
async function readAhead(container) {
  if (!container?.controller) return;
  const held = await fetch(HELD).then((response) => response.json()).catch(() => []);
  const links = held.filter(({ url }) => url.endsWith("js")).map(({ url }) => Object.assign(document.createElement("link"), { rel: "modulepreload", href: url }));
  document.head.append(...links);
}

// None is when the page was loaded past its worker (a hard reload): that one takes over no more.
function onItsWay({ installing, waiting, active }) {
  return active?.state === "activated" ? null : (installing ?? waiting ?? active);
}
