// The forms to start: the ones of every shift first, the rest folded, all found by search; and practice.

import { DRILL, NOTE_FORM, RESULT_FORM } from "../drill.mjs";
import { begin } from "../begin.mjs";
import { matches } from "../reference.mjs";
import { part } from "./screen.mjs";

/** What every shift uses, in this order; a concern is first of all. */
const OFTEN = ["immediate_concern", "practice_observation", "handover_check", "family_contact", "senior_oversight", "incident_record"];
/** What is only ever opened from the due list, or by the drill. */
const FROM_DUE = new Set(["reply", "not_needed", RESULT_FORM]);

export function start(app) {
  return part(app, {
    topics: ["reference"],
    forms: [],
    typed: "",
    practice: false,
    problem: "",
    starting: false,
    async load() {
      const forms = (await app.reference.forms()).filter((form) => !FROM_DUE.has(form.id));
      this.forms = forms.map(({ id, hash, code, title, minutes }) => ({ id, hash, code, title, words: minutesWords(minutes), group: groupOf(id) }));
    },
    get found() {
      return this.forms.filter((form) => matches(this.typed, form.code, form.title));
    },
    get shownForms() {
      const often = this.found.filter((form) => form.group === "often");
      return this.typed === "" ? often.sort((a, b) => OFTEN.indexOf(a.id) - OFTEN.indexOf(b.id)) : this.found;
    },
    get folds() {
      if (this.typed !== "") return [];
      return [["more", "More forms"], ["checks", "Checks and audits"]]
        .map(([id, title]) => ({ id, title, forms: this.forms.filter((form) => form.group === id) }))
        .filter((fold) => fold.forms.length > 0);
    },
    get noForms() {
      return this.loaded && this.found.length === 0;
    },
    get noFormsWords() {
      return this.forms.length === 0 ? "No forms yet. Connect this tablet to the network to get them." : "No form has those words.";
    },
    async start(form) {
      if (this.starting) return;
      this.starting = true;
      try {
        app.router.go(form.id === NOTE_FORM ? DRILL : `/tablet/form/${await begin(app, form.hash, { draft: { practice: this.practice } })}`);
      } catch (error) {
        this.problem = error.name === "FormMissing"
          ? "This form is not on the tablet yet. Connect to the network once, then try again."
          : "The tablet could not save a new form. Nothing is lost. Look at the tablet screen for free space.";
      }
      this.starting = false;
    },
  });
}

function groupOf(id) {
  if (OFTEN.includes(id)) return "often";
  return id.startsWith("sample_") || id === "provider_visit" ? "checks" : "more";
}

function minutesWords(minutes) {
  const said = String(minutes ?? "");
  return /^\d/.test(said) && !said.includes("min") ? `About ${said} min` : said;
}
