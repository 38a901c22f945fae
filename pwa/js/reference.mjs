// The lists from the last pull: people, staff, units, actions, forms. Each is shown with its age.

import { ago } from "./instants.mjs";

export class Reference {
  #store;

  constructor(store) {
    this.#store = store;
  }

  /** @returns {Promise<object[]>} every row of one kind: service, unit, person, staff, action, form, tablet */
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

  /** @returns {Promise<Map<string, string>>} what an answer that names a person or staff member is shown as */
  async names() {
    const people = (await this.of("person")).map((person) => [person.id, personName(person)]);
    const staff = (await this.of("staff")).map((member) => [member.id, member.name]);
    return new Map([...people, ...staff]);
  }

  /** @returns {Promise<string>} "Lists from 22 min ago", or that there are none yet */
  async ageWords(now) {
    const at = (await this.#store.get("meta", "reference_at"))?.value;
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

function by(...fields) {
  return (a, b) => {
    for (const field of fields) {
      const order = String(a[field] ?? "").localeCompare(String(b[field] ?? ""), "en-GB", { numeric: true });
      if (order !== 0) return order;
    }
    return 0;
  };
}
