// The two Trusted Types policies the server's security policy names. Nothing else may turn text into script or markup.

export const SERVICE_WORKER = "/tablet/service-worker.js";

const factory = globalThis.trustedTypes ?? { createPolicy: (_name, rules) => rules };
const fragments = new Set();

const serviceWorkerPolicy = factory.createPolicy("sightline-service-worker", {
  createScriptURL() {
    return SERVICE_WORKER;
  },
});

const fragmentPolicy = factory.createPolicy("sightline-form-fragment", {
  createHTML(text) {
    if (!fragments.has(text)) throw new TypeError("Only form fragments from our own server may be shown.");
    return text;
  },
});

/** The one address a service worker may be started from. */
export function serviceWorkerAddress() {
  return serviceWorkerPolicy.createScriptURL("");
}

/**
 * Fetches form fragments and vouches for exactly what came.
 * @param {{fragment: (hash: string) => Promise<string>}} forms the loader that only asks /forms/
 * @param {string} hash
 * @returns {Promise<DocumentFragment>} the parsed fragment, not yet in the page
 */
export async function trustedFragment(forms, hash) {
  const text = await forms.fragment(hash);
  fragments.add(text);
  const template = document.createElement("template");
  template.innerHTML = fragmentPolicy.createHTML(text);
  fragments.delete(text);
  return template.content;
}
