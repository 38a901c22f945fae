// Form versions: their definition (what to ask, the rules) and their fragment (the page part the server made).
// Both are named by the hash of the form. The service worker keeps them, so that every draft finds its own version.

const TIMEOUT = 30_000;
const HASH = /^[0-9a-f]{64}$/;

export class FormMissing extends Error {
  constructor(hash) {
    super(`This form version is not on the tablet yet: ${hash}`);
    this.name = "FormMissing";
  }
}

export class Forms {
  #fetch;
  #caches;
  #definitions = new Map();

  /** @param {{fetch: typeof fetch, caches: CacheStorage|null}} parts */
  constructor({ fetch, caches }) {
    this.#fetch = fetch;
    this.#caches = caches;
  }

  /** @returns {Promise<object>} the compiled definition @throws FormMissing */
  async definition(hash) {
    if (!this.#definitions.has(hash)) {
      this.#definitions.set(hash, JSON.parse(await this.#text(hash, "json")));
    }
    return this.#definitions.get(hash);
  }

  /** @returns {Promise<string>} HTML text as the server made it @throws FormMissing */
  fragment(hash) {
    return this.#text(hash, "html");
  }

  /** Fetches what is not here yet, so that every form opens offline. @returns {Promise<void>} */
  async gather(hashes) {
    for (const hash of hashes) {
      if (await this.ready(hash)) continue;
      await Promise.allSettled([this.#text(hash, "json"), this.#text(hash, "html")]);
    }
  }

  /** @returns {Promise<boolean>} whether both parts are kept on the tablet */
  async ready(hash) {
    if (!this.#caches) return this.#definitions.has(hash);
    const found = await Promise.all(["json", "html"].map((part) => this.#caches.match(address(hash, part))));
    return found.every(Boolean);
  }

  async #text(hash, part) {
    const url = address(hash, part);
    const response = await this.#fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
    if (!response?.ok || response.redirected) throw new FormMissing(hash);
    return response.text().catch(() => { throw new FormMissing(hash); });
  }
}

function address(hash, part) {
  if (!HASH.test(hash)) throw new FormMissing(hash);
  return `/forms/${hash}.${part}`;
}
