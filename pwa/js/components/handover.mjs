// The panel above a handover form: what the shift recorded, and which tablets may hold more.

import { personName } from "../reference.mjs";
import { readHandover } from "../handover.mjs";
import { clockTime } from "../instants.mjs";
import { count } from "../words.mjs";
import { part } from "./screen.mjs";

export function handover(app) {
  return part(app, {
    topics: ["reference", "outbox", "tablets"],
    since: "",
    records: [],
    tablets: [],
    without: "",
    async load() {
      const known = await readHandover(app, app.openForm.open?.draft.unit ?? "");
      const people = new Map((await app.reference.people()).map((person) => [person.id, personName(person)]));
      if (this.gone) return;
      this.since = clockTime(Date.parse(known.since));
      this.records = known.records.map((row) => recordRow(row, people));
      this.tablets = known.tablets.map(({ id, name, words, open, heard_at }) => ({ id, name, words, mark: `mark mark-${open ? "waiting" : "met"}`, state: open ? "May hold more" : `All up to ${clockTime(Date.parse(heard_at))}` }));
      this.without = known.without;
      this.tell(known.without);
    },
    // The form says what it is done without, as it stands now, until the author has put it in words of their own.
    tell(without) {
      const session = app.openForm.open;
      if (session?.draft.form !== "handover_check" || session.draft.version > 1) return;
      const { raw, without_told } = session.draft;
      if (without === without_told || (raw.without_sight_of ?? "") !== without_told) return;
      session.writer.change({ without_told: without });
      session.answer("without_sight_of", without);
    },
    get summary() {
      return this.records.length === 0 ? `Nothing is recorded since ${this.since}, as far as this tablet knows.` : `${count(this.records.length, "record")} since ${this.since}, as far as this tablet knows.`;
    },
    get alone() {
      return this.loaded && this.tablets.length === 0;
    },
  });
}

function recordRow({ record, title, person, happened_at, concern, here }, people) {
  return {
    record, title, concern, time: clockTime(Date.parse(happened_at)),
    words: [people.get(person), here ? "on this tablet" : "from another tablet"].filter(Boolean).join(", "),
  };
}
