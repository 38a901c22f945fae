// What must outlive the loading of the page while the store is dead. It is kept twice: in sessionStorage, which the browser's network
// process holds and loses each time it is killed, and in the state of the page's entry in the history, which the window holds.

export class Aside {
  #session;
  #history;

  /** @param {Storage} session @param {History} history */
  constructor(session, history) {
    this.#session = session;
    this.#history = history;
  }

  getItem(key) {
    return this.#session.getItem(key) ?? this.#history.state?.[key] ?? null;
  }

  setItem(key, text) {
    either(() => this.#session.setItem(key, text));
    either(() => this.#history.replaceState({ ...this.#history.state, [key]: text }, ""));
  }

  removeItem(key) {
    const { [key]: gone, ...others } = this.#history.state ?? {};
    either(() => this.#session.removeItem(key));
    if (gone !== undefined) either(() => this.#history.replaceState(others, ""));
  }
}

// One of the two suffices: the other may be full, forbidden, or changed too often.
function either(write) {
  try {
    write();
  } catch (error) {
    console.warn(error);
  }
}
