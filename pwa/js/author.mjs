// Who is using the tablet now. In memory alone: a page that is loaded again is locked.

export class Author {
  #person = null;

  /** @param {(author: {id: string, name: string}|null) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** @returns {{id: string, name: string}|null} */
  get current() {
    return this.#person && { id: this.#person.id, name: this.#person.name };
  }

  /** @returns {(text: string) => Promise<{key: string, signature: string}>} signs for this person, even if the tablet is locked meanwhile */
  get sign() {
    return this.#person.sign;
  }

  enter({ id, name, sign }) {
    this.#person = { id, name, sign };
    this.onChange(this.current);
  }

  leave() {
    this.#person = null;
    this.onChange(null);
  }
}
