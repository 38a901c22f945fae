// Form versions: their definition (what to ask, the rules) and their fragment (the page part the server made).
// Both are named by the hash of the form. Those of a build come in one file, which the service worker keeps; a form
// published later comes by itself. So every draft finds its own version.

import { wordDefinition } from "./words_of_service.mjs";

const ALL = "/forms/all.txt";
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
  #all = null;
  #definitions = new Map();

  /**
   * @param {{fetch: typeof fetch, caches: CacheStorage|null, words?: () => Promise<Record<string, string>>}} parts
   *   words: how this service says person, place and the like
   */
  constructor({ fetch, caches, words = async () => ({}) }) {
    this.#fetch = fetch;
    this.#caches = caches;
    this.words = words;
  }

  /** @returns {Promise<object>} the compiled definition, in the service's words @throws FormMissing */
  async definition(hash) {
    const words = await this.words();
    const key = hash + JSON.stringify(words);
    if (!this.#definitions.has(key)) {
      this.#definitions.set(key, wordDefinition(JSON.parse(await this.#text(hash, "json")), words));
    }
    return this.#definitions.get(key);
  }

  /** @returns {Promise<string>} HTML text as the server made it @throws FormMissing */
  fragment(hash) {
    return this.#text(hash, "html");
  }

  /** Fetches what did not come with the app, so that every form opens offline. @returns {Promise<void>} */
  async gather(hashes) {
    for (const hash of hashes) {
      if ((await this.#bundle()).has(hash) || (await this.ready(hash))) continue;
      await Promise.allSettled([this.#fetched(hash, "json"), this.#fetched(hash, "html")]);
    }
  }

  /** @returns {Promise<boolean>} whether both parts are kept on the tablet */
  async ready(hash) {
    if (!this.#caches) return [...this.#definitions.keys()].some((key) => key.startsWith(hash));
    if ((await this.#caches.match(ALL)) && (await this.#bundle()).has(hash)) return true;
    const found = await Promise.all(["json", "html"].map((part) => this.#caches.match(address(hash, part))));
    return found.every(Boolean);
  }

  async #text(hash, part) {
    address(hash, part);
    return (await this.#bundle()).get(hash)?.[part]() ?? this.#fetched(hash, part);
  }

  async #fetched(hash, part) {
    const response = await this.#ask(address(hash, part));
    if (!response) throw new FormMissing(hash);
    return response.text().catch(() => { throw new FormMissing(hash); });
  }

  // Asked for again at the next need when it did not come.
  async #bundle() {
    this.#all ??= this.#ask(ALL).then((response) => response?.text()).then((text) => (text ? unbundled(text) : null)).catch(() => null);
    const all = await this.#all;
    if (!all) this.#all = null;
    return all ?? new Map();
  }

  async #ask(url) {
    const response = await this.#fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
    return response?.ok && !response.redirected ? response : null;
  }
}

/**
 * The forms in one file: its first line says of which of the other lines each form's two parts are made. What several
 * forms have in common stands there once.
 * @param {string} text
 * @returns {Map<string, {json: () => string, html: () => string}>} by hash
 */
export function unbundled(text) {
  const [index, ...lines] = text.split("\n");
  const joined = (numbers) => () => numbers.map((number) => lines[number]).join("");
  return new Map(Object.entries(JSON.parse(index)).map(([hash, [json, html]]) => [hash, { json: joined(json), html: joined(html) }]));
}

function address(hash, part) {
  if (!HASH.test(hash)) throw new FormMissing(hash);
  return `/forms/${hash}.${part}`;
}
