// Handing a draft to somebody else. Only its author does it, and says it twice: the name, then yes.

import { handOver } from "../drafts.mjs";
import { matches } from "../reference.mjs";
import { screen } from "./screen.mjs";

const PROBLEMS = {
  elsewhere: "This form is open in another tab. Park it there first.",
  missing: "This form is not on this tablet any more.",
  not_yours: "Only the person a form belongs to may hand it over.",
  correction: "A correction stays with the person who made the record.",
  question: "A manager asks you. Only you can answer.",
  practice: "A practice form is not handed over.",
};

export function hand(app) {
  return screen(app, {
    title: "",
    staff: [],
    typed: "",
    chosen: null,
    problem: "",
    async load() {
      const draft = await app.store.get("draft", app.live.state.parts.draft);
      if (!draft || draft.author !== app.author.current.id) {
        this.problem = draft ? PROBLEMS.not_yours : PROBLEMS.missing;
        return;
      }
      this.title = draft.title;
      this.staff = (await app.reference.staff()).filter((member) => member.id !== draft.author).map(({ id, name, role = "" }) => ({ id, name, role }));
    },
    get shown() {
      return this.chosen ? [] : this.staff.filter((member) => matches(this.typed, member.name, member.role)).slice(0, 100);
    },
    get choosing() {
      return this.title !== "" && this.chosen === null;
    },
    get question() {
      return this.chosen ? `Hand it to ${this.chosen.name}?` : "";
    },
    get handWords() {
      return this.chosen ? `Yes, hand it to ${this.chosen.name}` : "";
    },
    choose(member) {
      const { hand } = this.$refs; // looked up now: the tile that was tapped is about to leave the page
      this.chosen = member;
      this.$nextTick(() => hand.focus());
    },
    back() {
      this.chosen = null;
    },
    async handOver() {
      const { id, name } = this.chosen;
      const refused = await handOver(app, app.live.state.parts.draft, app.author.current.id, id).catch(() => "failed");
      if (refused) {
        this.problem = PROBLEMS[refused] ?? "It could not be handed over. It is still yours. Try again.";
        this.chosen = null;
        return;
      }
      app.live.announce(`Handed to ${name}. It is waiting for them on this tablet.`);
      app.router.go("/tablet/", { replace: true });
    },
  });
}
