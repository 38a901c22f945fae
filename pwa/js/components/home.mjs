// Home: start something, carry on with what is parked, what waits to be sent, the open actions.

import { age, longDate, partOfDay } from "../instants.mjs";
import { allDrafts } from "../drafts.mjs";
import { count } from "../words.mjs";
import { matches } from "../reference.mjs";
import { screen } from "./screen.mjs";

const ACTIONS_SHOWN = 4;

export function home(app) {
  return screen(app, {
    topics: ["reference"],
    forms: [],
    drafts: [],
    actions: [],
    actionCount: 0,
    typed: "",
    ageWords: "",
    problem: "",
    starting: false,
    async load() {
      const [forms, drafts, actions, staff] = await Promise.all([
        app.reference.forms(), allDrafts(app.store), app.reference.actions(), app.reference.staff(),
      ]);
      const names = new Map(staff.map((member) => [member.id, member.name]));
      this.forms = forms.map(({ hash, code, title, minutes }) => ({ hash, code, title, minutes }));
      this.drafts = drafts.map((draft) => this.draftRow(draft, names));
      this.actionCount = actions.length;
      this.actions = actions.slice(0, ACTIONS_SHOWN).map(actionRow);
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get live() {
      return app.live.state;
    },
    get greeting() {
      const part = partOfDay(app.clock.wall());
      const first = this.live.authorName.split(" ")[0];
      return part === "night" ? `Hello, ${first}` : `Good ${part}, ${first}`;
    },
    get shownForms() {
      return this.forms.filter((form) => matches(this.typed, form.code, form.title));
    },
    get noForms() {
      return this.loaded && this.shownForms.length === 0;
    },
    get noFormsWords() {
      return this.forms.length === 0 ? "No forms yet. Connect this tablet to the network to get them." : "No form has those words.";
    },
    get moreActions() {
      return this.actionCount > ACTIONS_SHOWN;
    },
    get allActionsWords() {
      return `All ${this.actionCount} open actions`;
    },
    draftRow(draft, names) {
      const mine = draft.author === this.live.authorId;
      const left = draft.missing > 0 ? `, ${count(draft.missing, "question")} left` : "";
      const ready = draft.missing === 0 ? ", ready to check" : "";
      return {
        id: draft.id, mine, title: draft.title, path: `/tablet/form/${draft.id}`,
        words: `Parked ${age(Date.parse(draft.changed_at), app.clock.wall())}${left}${ready}`,
        whose: mine ? "Yours" : `Belongs to ${names.get(draft.author) ?? "someone no longer on the list"}`,
        correction: draft.version > 1,
      };
    },
    async start(form) {
      if (this.starting) return;
      this.starting = true;
      try {
        app.router.go(`/tablet/form/${await app.openForm.begin(form.hash)}`);
      } catch (error) {
        this.problem = error.name === "FormMissing"
          ? "This form is not on the tablet yet. Connect to the network once, then try again."
          : "The tablet could not save a new form. Nothing is lost. Look at the tablet screen for free space.";
      }
      this.starting = false;
    },
    open(draft) {
      if (draft.mine) return app.router.go(draft.path);
      app.live.returnTo = draft.path;
      return app.router.go("/tablet/who");
    },
  });
}

function actionRow({ id, title, owner_name, due }) {
  return { id, title, words: [owner_name, due && `due ${longDate(due)}`].filter(Boolean).join(", ") };
}
