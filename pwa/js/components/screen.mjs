// What all screens share: arriving with focus on the heading, listening while shown, saying what went wrong.

/**
 * @param {object} app
 * @param {{load: () => Promise<void>|void, topics?: string[]}} screen its own data and methods; load fills it, and fills it
 *   again when one of its topics changes
 * @returns {object} an Alpine component
 */
export function screen(app, parts) {
  return component(app, parts, arrive);
}

/** A part of a screen that looks after itself: the same, without the heading. */
export function part(app, parts) {
  return component(app, parts, () => {});
}

function component(app, parts, arrived) {
  const { topics, ...own } = Object.getOwnPropertyDescriptors(parts); // not the values: getters must stay getters
  return Object.defineProperties(
    {
      loaded: false,
      gone: false,
      async init() {
        await app.ready;
        const again = oneAtATime(() => this.load());
        this.stops = (topics?.value ?? []).map((topic) => app.live.on(topic, again));
        await this.load();
        this.loaded = true;
        this.$nextTick(() => arrived(this.$root));
      },
      destroy() {
        this.gone = true;
        for (const stop of this.stops ?? []) stop();
        this.leave?.();
      },
    },
    own,
  );
}

// What is told while it reads is seen to by reading once more, however often it was told.
function oneAtATime(load) {
  let running = false;
  let told = false;
  return async function again() {
    told = true;
    if (running) return;
    running = true;
    try {
      while (told) {
        told = false;
        await load();
      }
    } finally {
      running = false;
      if (told) await again(); // a read that failed has not seen to it
    }
  };
}

let first = true;

function arrive(root) {
  const heading = root.querySelector("h1");
  document.title = heading ? `${heading.dataset.title ?? heading.textContent.trim()} · Sightline` : "Sightline"; // the browser keeps it: no name in it
  if (!first && !root.contains(document.activeElement)) {
    heading?.focus();
    scrollTo(0, 0);
  }
  first = false;
}
