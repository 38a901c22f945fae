// Home: what is due, what is parked, what waits to be sent, the open actions. The due list and the start list look after themselves.

import { ago, longDate, partOfDay, shortTime } from "../instants.mjs";
import { allDrafts, staysBecause } from "../drafts.mjs";
import { isRestricted } from "../concern.mjs";
import { count } from "../words.mjs";
import { screen } from "./screen.mjs";

const ACTIONS_SHOWN = 4;

export function home(app) {
  return screen(app, {
    topics: ["reference", "records"], // the latter also as time passes
    drafts: [],
    actions: [],
    actionCount: 0,
    ageWords: "",
    async load() {
      const [drafts, actions, staff] = await Promise.all([allDrafts(app.store), app.reference.actions(), app.reference.staff()]);
      const names = new Map(staff.map((member) => [member.id, member.name]));
      this.drafts = drafts.map((draft) => this.draftRow(draft, names));
      this.actionCount = actions.length;
      this.actions = actions.slice(0, ACTIONS_SHOWN).map(actionRow);
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get live() {
      return app.live.state;
    },
    get greeting() {
      const part = partOfDay(this.live.now);
      const first = this.live.authorName.split(" ")[0];
      return part === "night" ? `Hello, ${first}` : `Good ${part}, ${first}`;
    },
    get moreActions() {
      return this.actionCount > ACTIONS_SHOWN;
    },
    get allActionsWords() {
      return `All ${this.actionCount} open actions`;
    },
    draftRow(draft, names) {
      const mine = draft.author === this.live.authorId;
      const now = app.clock.wall();
      return {
        id: draft.id, mine, title: isRestricted(draft.form, draft.raw) && !mine ? "A form" : draft.title, path: `/tablet/form/${draft.id}`, handPath: `/tablet/hand/${draft.id}`,
        words: `Parked ${ago(Date.parse(draft.changed_at), now)}${leftWords(draft)}`, handed: handedWords(draft, names, mine, now),
        whose: mine ? "Yours" : `Belongs to ${names.get(draft.author) ?? "someone no longer on the list"}`,
        tag: tagOf(draft), canHand: mine && !staysBecause(draft), handLabel: `Hand over: ${draft.title}`,
      };
    },
    open(draft) {
      if (draft.mine) return app.router.go(draft.path);
      app.vault.lock();
      return app.live.wish(draft.path);
    },
  });
}

function leftWords({ missing }) {
  if (missing === 0) return ", ready to check";
  return missing > 0 ? `, ${count(missing, "question")} left` : "";
}

function tagOf(draft) {
  if (draft.practice) return "Practice";
  return draft.version > 1 ? "Correction" : "";
}

function handedWords({ handed_by, handed_at }, names, mine, now) {
  if (!handed_by) return "";
  return `Handed ${mine ? "to you " : ""}by ${names.get(handed_by) ?? "someone no longer on the list"}, ${shortTime(Date.parse(handed_at), now)}`;
}

function actionRow({ id, title, owner_name, due }) {
  return { id, title, words: [owner_name, due && `due ${longDate(due)}`].filter(Boolean).join(", ") };
}
