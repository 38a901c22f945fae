// The lists from the last pull: people, staff, units, actions, forms, what is due. Each is shown with its age.

import { ago, toInstant } from "./instants.mjs";

/** The lists a question may pick from. */
const PICKED = ["action", "learning_message", "control", "complaint", "incident"];

export class Reference {
  #store;
  #timescales = [];

  constructor(store) {
    this.#store = store;
  }

  /** @returns {Promise<object[]>} every row of one kind, as sync/changes.py names them */
  of(kind) {
    return this.#store.all("reference", { index: "kind", only: kind });
  }

  async people() {
    return (await this.of("person")).sort(by("place", "initials"));
  }

  async staff() {
    return (await this.of("staff")).sort(by("name"));
  }

  async units() {
    return (await this.of("unit")).sort(by("name"));
  }

  async forms() {
    return (await this.of("form")).sort(by("code", "title"));
  }

  async actions() {
    return (await this.of("action")).sort(by("due", "title"));
  }

  /** @returns {Promise<object|undefined>} the form as new records open it, by its id */
  async form(id) {
    return (await this.of("form")).find((form) => form.id === id);
  }

  /** @returns {Promise<object[]>} whom to call, in the order the manager gave */
  async onCall() {
    return (await this.of("on_call")).sort(by("order", "hours", "name"));
  }

  /** @returns {Promise<{id: string, label: string}[]>} what a question that picks from a list offers @param {string} name see PICKED */
  async list(name) {
    if (!PICKED.includes(name)) throw new RangeError(`There is no list called ${name}.`);
    return (await this.of(name)).map(({ id, title }) => ({ id, label: title })).sort(by("label"));
  }

  /** @returns {Promise<(wall: number) => Record<string, number>>} minutes by the timescale's name, as in force at that time and last read: read again, those given before know it too */
  async timescales() {
    this.#timescales = await this.of("timescale");
    return (wall) => Object.fromEntries(this.#timescales.map((row) => [row.id, valueAt(row, toInstant(wall)) ?? row.minutes]));
  }

  /** @returns {Promise<(wall: number) => number|undefined>} after how many seconds an untouched tablet locks, as in force at that time; undefined: nobody chose */
  async lockSeconds() {
    const row = (await this.of("setting")).find(({ id }) => id === "lock_seconds");
    return (wall) => (row ? valueAt(row, toInstant(wall)) : undefined);
  }

  /** @returns {Promise<Record<string, string>>} how this service says person, place and the like; {} before the first pull */
  async words() {
    return (await this.of("service"))[0]?.words ?? {};
  }

  /** @returns {Promise<Map<string, string>>} what an answer that names a person, a staff member or a thing on a list is shown as */
  async names() {
    const people = (await this.of("person")).map((person) => [person.id, personName(person)]);
    const staff = (await this.of("staff")).map((member) => [member.id, member.name]);
    const listed = await Promise.all(PICKED.map((name) => this.of(name)));
    return new Map([...listed.flat().map((row) => [row.id, row.title]), ...people, ...staff]);
  }

  /** @returns {Promise<object[]>} the other tablets of this service at the last pull: {id, name, heard_at, waiting, oldest} */
  async tablets() {
    return (await this.#store.get("meta", "tablets"))?.value ?? [];
  }

  /** @returns {Promise<string>} the instant of the last whole pull, "" before the first */
  async pulledAt() {
    return (await this.#store.get("meta", "reference_at"))?.value ?? "";
  }

  /** @returns {Promise<string>} the server's time of the last whole pull, "" before the first */
  async answeredAt() {
    return (await this.#store.get("meta", "reference_server_at"))?.value ?? "";
  }

  /** @returns {Promise<string>} "Lists from 22 min ago", or that there are none yet */
  async ageWords(now) {
    const at = await this.pulledAt();
    return at ? `List from ${ago(Date.parse(at), now)}` : "No list yet. Connect to get it.";
  }
}

/** "M.T., Room 12": initials and place, never a full name. */
export function personName({ initials, place }) {
  return place ? `${initials}, ${place}` : initials;
}

/** The actions a form may speak to: those sharing a theme with it. */
export function actionsFor(definition, actions) {
  return actions.filter((action) => action.themes.some((theme) => definition.themes.includes(theme)));
}

/** Whether every word typed is found somewhere in the texts. */
export function matches(typed, ...texts) {
  const hay = texts.join(" ").toLowerCase();
  return typed.toLowerCase().split(/\s+/).filter(Boolean).every((word) => hay.includes(word));
}

function valueAt({ history = [] }, at) {
  return history.findLast(([from]) => from <= at)?.[1];
}

function by(...fields) {
  return (a, b) => {
    for (const field of fields) {
      const order = String(a[field] ?? "").localeCompare(String(b[field] ?? ""), "en-GB", { numeric: true });
      if (order !== 0) return order;
    }
    return 0;
  };
}
