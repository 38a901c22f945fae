// New versions of the app. A new version waits until the person accepts and no form is open in any tab.

import { registered } from "./registration.mjs";
import { SERVICE_WORKER } from "./trust.mjs";

export const OPEN_FORM_LOCK = "sightline-form-";
const LOOK_EVERY = 10 * 60_000;

export class Updates {
  #container;
  #locks;
  #reload;
  #killed;
  #registration = null;
  #lookedAt = 0;
  ready = false;

  /**
   * @param {{container: ServiceWorkerContainer|undefined, locks: LockManager, reload: () => void, onReady: () => void,
   *   killed: () => Promise<boolean>}} parts killed: whether the server wants no worker on any tablet
   */
  constructor({ container, locks, reload, onReady, killed }) {
    this.#container = container;
    this.#locks = locks;
    this.#reload = reload;
    this.#killed = killed;
    this.onReady = onReady;
    this.onInstalled = () => {};
  }

  /**
   * Registers the service worker, unless boot.mjs did or the server wants none.
   * @returns {Promise<"on"|"off"|"killed">} off: this browser will not open the app offline; killed: the server forbids it now
   */
  async start() {
    if (!this.#container) return "off";
    let controlled = Boolean(this.#container.controller);
    this.#container.addEventListener("controllerchange", () => {
      if (controlled) this.#whenNoFormIsOpen(() => this.#reload());
      else this.onInstalled(); // the first worker only takes over a page that has all it needs
      controlled = true;
    });
    try {
      this.#registration = await registered(this.#container, this.#killed);
    } catch {
      return "off";
    }
    if (!this.#registration) return "killed";
    if (this.#registration.waiting && controlled) this.#found();
    this.#follow(this.#registration.installing);
    this.#registration.addEventListener("updatefound", () => this.#follow(this.#registration.installing));
    return "on";
  }

  /** Asks the server for a newer version, at most every ten minutes. */
  async look(now) {
    if (!this.#registration || now - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = now;
    await this.#registration.update().catch(() => {});
  }

  /** @returns {Promise<boolean>} false if a form is open somewhere: then nothing happens */
  async accept() {
    if (await this.formOpen()) return false;
    this.#registration?.waiting?.postMessage({ type: "SKIP_WAITING" });
    return true;
  }

  async formOpen() {
    const { held = [] } = await this.#locks.query();
    return held.some((lock) => lock.name.startsWith(OPEN_FORM_LOCK));
  }

  /** @returns {Promise<string>} the build that serves this page, or "not installed" */
  async build() {
    const registration = this.#registration ?? (await this.#container?.getRegistration(SERVICE_WORKER).catch(() => null));
    const worker = this.#container?.controller ?? registration?.active;
    return worker ? askBuild(worker) : "not installed";
  }

  #follow(worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && this.#registration.active) this.#found();
    });
  }

  #found() {
    this.ready = true;
    this.onReady();
  }

  async #whenNoFormIsOpen(work) {
    while (await this.formOpen()) await new Promise((resolve) => setTimeout(resolve, 2_000));
    work();
  }
}

function askBuild(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve("unknown"), 3_000);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.postMessage({ type: "BUILD" }, [port2]);
  });
}
