// Installing the app. Android offers a prompt; on an iPad the person does it by hand, and must: a Safari tab loses its data
// after seven days without use.

/** @returns {"installed"|"ipad_tab"|"browser_tab"} */
export function placeOfApp({ standalone, displayMode, agent, touchPoints }) {
  if (standalone || displayMode) return "installed";
  const apple = /iPad|iPhone/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1);
  return apple ? "ipad_tab" : "browser_tab";
}

/** Reads the same from the live page. */
export function currentPlace(page = globalThis) {
  return placeOfApp({
    standalone: page.navigator.standalone === true,
    displayMode: page.matchMedia("(display-mode: standalone)").matches,
    agent: page.navigator.userAgent,
    touchPoints: page.navigator.maxTouchPoints,
  });
}

/** Keeps the browser's install prompt until the person asks for it. */
export class InstallPrompt {
  #event = null;

  constructor(page, onOffer) {
    page.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#event = event;
      onOffer();
    });
    page.addEventListener("appinstalled", () => {
      this.#event = null;
      onOffer();
    });
  }

  get offered() {
    return this.#event !== null;
  }

  async ask() {
    const event = this.#event;
    this.#event = null;
    await event?.prompt();
  }
}
