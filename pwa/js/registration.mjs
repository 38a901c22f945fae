// Starting the service worker, unless the server wants none on any tablet.

import { SERVICE_WORKER, serviceWorkerAddress } from "./trust.mjs";

const KILL_SWITCH = "/tablet/kill-switch.json";

/**
 * Registers the service worker, unless there is one: registering again would revive one that the kill switch has just ended.
 * @param {ServiceWorkerContainer} container
 * @param {() => Promise<boolean>} killed whether the server wants no worker on any tablet
 * @returns {Promise<ServiceWorkerRegistration|null>} null: the server wants none. Fails where the browser will have none
 */
export async function registered(container, killed) {
  const known = await container.getRegistration(SERVICE_WORKER);
  if (known) return known;
  if (await killed()) return null;
  return container.register(serviceWorkerAddress(), { scope: "/tablet/", updateViaCache: "none" });
}

/** @returns {Promise<boolean>} whether the kill switch is on; without an answer it is not */
export async function killSwitchIsOn(fetch) {
  try {
    const response = await fetch(KILL_SWITCH, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(5_000) });
    return response.ok && (await response.json())?.kill === 1;
  } catch {
    return false;
  }
}
