// The due list on home.

import { GROUPS, dueWords, readDue, whoWords } from "../due.mjs";
import { DRILL, NOTE_FORM, RESULT_FORM } from "../drill.mjs";
import { beginDue } from "../begin.mjs";
import { count } from "../words.mjs";
import { part } from "./screen.mjs";
import { shortTime } from "../instants.mjs";
import { worded } from "../rulebook.mjs";

/** Groups that are folded away: they ask for nothing now. */
const FOLDED = new Set(["coming", "done"]);
/** More of one group than this are folded away under a count: what can be started must stay within reach of a thumb. */
const SHOWN = 5;

export function due(app) {
  return part(app, {
    topics: ["reference", "records"],
    groups: [],
    folded: [],
    asked: 0,
    late: 0,
    watch: "",
    problem: "",
    busy: false,
    told: "",
    items: new Map(),
    async load() {
      const [items, names, forms, units, words, seldom] = await Promise.all([
        readDue(app), app.reference.names(), app.reference.forms(), app.reference.units(), app.reference.words(), app.reference.of("suggestion"),
      ]);
      this.watch = seldom.find(({ id }) => id === app.live.tablet?.unit)?.says ?? "";
      const titles = new Map(forms.map((form) => [form.id, form.title]));
      const places = new Map(units.length > 1 ? units.map((unit) => [unit.id, unit.name]) : []);
      const now = app.clock.wall();
      const rows = items.map((item) => dueRow(item, { names, titles, places, words, now })).sort((a, b) => (b.says !== "") - (a.says !== ""));
      const groups = GROUPS.map(([id, title]) => ({ id, title, rows: rows.filter((row) => row.state === id) })).filter((group) => group.rows.length > 0);
      this.items = Object.freeze({ byId: new Map(items.map((item) => [item.id, item])) });
      const asking = groups.filter((group) => !FOLDED.has(group.id));
      this.asked = asking.reduce((sum, group) => sum + group.rows.length, 0);
      this.late = asking.find((group) => group.id === "late")?.rows.length ?? 0;
      this.groups = asking.map((group) => ({ ...group, rows: group.rows.slice(0, SHOWN) }));
      this.folded = [
        ...asking.filter((group) => group.rows.length > SHOWN).map(({ id, title, rows }) => ({ id: `${id}-more`, title: `${title}: ${rows.length - SHOWN} more`, rows: rows.slice(SHOWN) })),
        ...groups.filter((group) => FOLDED.has(group.id)).map((group) => ({ ...group, title: `${group.title}: ${group.rows.length}` })),
      ];
    },
    get summary() {
      if (!this.loaded) return "";
      if (this.asked === 0) return "Nothing is due now.";
      return this.late > 0 ? `${count(this.asked, "thing")} to do, ${this.late} late` : `${count(this.asked, "thing")} to do`;
    },
    open(row) {
      return this.begin(row, row.form);
    },
    notNeeded(row) {
      return this.begin(row, "not_needed");
    },
    async begin(row, form) {
      if (this.busy) return;
      if (row.open && (form === NOTE_FORM || form === RESULT_FORM)) return void app.router.go(DRILL);
      this.busy = true;
      this.problem = "";
      try {
        const item = this.items.byId.get(row.id);
        const { id, other } = item.settled ? { id: "", other: "" } : await beginDue(app, item, form, this.told === row.id);
        this.told = other && row.id;
        if (id) app.router.go(`/tablet/form/${id}`);
        else if (other) this.problem = `${(await app.reference.names()).get(other) ?? "Someone else"} has begun this on this tablet. They can hand it to you. Tap again to do it yourself.`;
        else app.router.go(`/tablet/sent/${item.settled.record}/${item.settled.version}`);
      } catch (error) {
        this.problem = error.name === "FormMissing"
          ? "The form for this is not on the tablet yet. Connect to the network once, then try again."
          : "The tablet could not open this. Nothing is lost. Try again.";
      }
      this.busy = false;
    },
  });
}

function dueRow(item, { names, titles, places, words, now }) {
  const title = [titles.get(item.form) ?? item.title ?? item.form, names.get(item.person) ?? places.get(item.unit)].filter(Boolean).join(", ");
  const begun = item.draft ? `${names.get(item.draft.author) ?? "Someone"} began it ${shortTime(Date.parse(item.draft.started_at), now)}.` : "";
  return {
    id: item.id, form: item.form, state: item.state, title, says: item.why.includes(item.says ?? "") ? "" : item.says, // said once
    words: [worded(item.why, words), begun].filter(Boolean).join(". ").replace(/\.\. /, ". "), who: whoWords(item),
    when: dueWords(item, now), mark: `mark mark-due-${item.state}`, open: item.state !== "done",
    notNeededLabel: `Not needed: ${title}`,
  };
}
