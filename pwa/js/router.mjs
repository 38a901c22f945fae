// Addresses under /tablet/. Every one of them can be opened afresh, online or not.

const BASE = "/tablet/";

const ROUTES = [
  [/^$/, "home", []],
  [/^enrol$/, "enrol", []],
  [/^who$/, "who", []],
  [/^outbox$/, "outbox", []],
  [/^sent$/, "sent", []],
  [/^sent\/([0-9a-f-]{36})\/([0-9]+)$/, "sealed", ["record", "version"]],
  [/^saved\/([0-9a-f-]{36})\/([0-9]+)$/, "saved", ["record", "version"]],
  [/^form\/([0-9a-f-]{36})$/, "form", ["draft"]],
  [/^form\/([0-9a-f-]{36})\/check$/, "check", ["draft"]],
  [/^hand\/([0-9a-f-]{36})$/, "hand", ["draft"]],
  [/^concern$/, "concern", []],
  [/^on-call$/, "oncall", []],
  [/^actions$/, "actions", []],
  [/^people$/, "people", []],
  [/^this-tablet$/, "tablet", []],
  [/^drill$/, "drill", []],
  [/^pin$/, "pin", []],
];

/** @param {string} path of the page @returns {{screen: string, parts: object}} an unknown address is home */
export function routeOf(path) {
  const rest = path.startsWith(BASE) ? path.slice(BASE.length).replace(/\/$/, "") : "";
  for (const [pattern, screen, names] of ROUTES) {
    const found = pattern.exec(rest);
    if (found) return { screen, parts: Object.fromEntries(names.map((name, place) => [name, found[place + 1]])) };
  }
  return { screen: "home", parts: {} };
}

export class Router {
  #page;

  /** @param {{page: Window, onRoute: (route: {screen: string, parts: object, path: string}) => void}} parts */
  constructor({ page, onRoute }) {
    this.#page = page;
    this.onRoute = onRoute;
    page.addEventListener("popstate", () => this.show());
    page.document.addEventListener("click", (event) => this.#onClick(event));
  }

  /** Goes to an address of ours. @param {{replace?: boolean}} [wish] */
  go(path, { replace = false } = {}) {
    this.#page.history[replace ? "replaceState" : "pushState"]({}, "", path);
    this.show();
  }

  show() {
    const path = this.#page.location.pathname;
    this.onRoute({ ...routeOf(path), path });
  }

  #onClick(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const address = new URL(link.href);
    if (link.target || address.origin !== this.#page.location.origin || !address.pathname.startsWith(BASE)) return;
    if (address.hash && address.pathname === this.#page.location.pathname) return;
    event.preventDefault();
    this.go(address.pathname);
  }
}
