// Who is using the tablet now. Chosen from the list of staff; a PIN will stand in this place with "People, tablets and trust".
// Kept for as long as the app is open: closing it means choosing again.

const KEY = "sightline-author";

export class Author {
  #session;

  /** @param {Storage} session sessionStorage @param {(author: object|null) => void} onChange */
  constructor(session, onChange) {
    this.#session = session;
    this.onChange = onChange;
  }

  /** @returns {{id: string, name: string}|null} */
  get current() {
    const text = this.#session.getItem(KEY);
    return text ? JSON.parse(text) : null;
  }

  choose({ id, name }) {
    this.#session.setItem(KEY, JSON.stringify({ id, name }));
    this.onChange({ id, name });
  }

  leave() {
    this.#session.removeItem(KEY);
    this.onChange(null);
  }
}
