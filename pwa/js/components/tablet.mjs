// The state of this tablet, in words that can be read out over a telephone.

import { setTheme, theme } from "../night.mjs";
import { allDrafts } from "../drafts.mjs";
import { count } from "../words.mjs";
import { space } from "../storage.mjs";
import { screen } from "./screen.mjs";

const KEEP = {
  kept: "Yes. The browser has promised to keep it.",
  "may be cleared": "Not promised. Install the app, and send often.",
  unknown: "This browser cannot promise it. Send often.",
};
const OFFLINE = { on: "Yes", off: "No. This browser will not keep the app", killed: "No. The server has taken the app off every tablet for now. Records are kept and sent" };
const PLACE = { installed: "Installed", ipad_tab: "In a Safari tab: not safe for records", browser_tab: "In a browser tab" };

export function tablet(app) {
  return screen(app, {
    topics: ["reference", "outbox"],
    facts: [],
    forms: [],
    theme: theme(),
    async load() {
      const [room, kept, drafts, ageWords] = await Promise.all([
        space(navigator.storage), app.store.count("record"), countDrafts(app), app.reference.ageWords(app.clock.wall()),
      ]);
      const forms = app.store.unlocked ? await app.reference.forms() : [];
      this.forms = await Promise.all(forms.map((form) => formRow(app.forms, form)));
      this.facts = factsOf(app, { room, kept, drafts, ageWords });
    },
    get live() {
      return app.live.state;
    },
    choose(event) {
      this.theme = event.target.value;
      setTheme(this.theme);
    },
    async checkAgain() {
      await app.sync.now();
      await this.load();
      app.live.announce("Checked.");
    },
  });
}

// Before the first PIN nobody can tell which of them are practice.
async function countDrafts({ store }) {
  return store.unlocked ? (await allDrafts(store)).filter((draft) => !draft.practice).length : store.count("draft");
}

async function formRow(forms, { hash, code, title, version }) {
  const ready = await forms.ready(hash);
  return { hash, title: `${code} ${title}, version ${version}`, words: ready ? "Ready offline" : "Not on the tablet yet", mark: ready ? "mark mark-met" : "mark mark-waiting" };
}

function factsOf(app, { room, kept, drafts, ageWords }) {
  const { tabletName, serviceName, outboxWords, heardWords, contactReason, build, keep, offline, place, logWords } = app.live.state;
  const { reading } = app.clock;
  const facts = [
    ["tablet", "This tablet", tabletName ? `${tabletName}, ${serviceName}` : "Not enrolled"],
    ["waiting", "Waiting to send", outboxWords],
    ["kept", "Kept here", `${count(kept, "sealed record")}, ${count(drafts, "draft")}`],
    ["heard", "Server last answered", contactReason ? `${heardWords}. ${contactReason}` : heardWords],
    ["lists", "Lists", ageWords],
    ["keep", "Will the browser keep the store?", KEEP[keep] ?? "Being asked"],
    ["space", "Space", room ? `${room.usedMb} MB used, about ${room.freeMb} MB free` : "The browser does not say"],
    ["place", "App", PLACE[place] ?? ""],
    ["offline", "Opens offline", OFFLINE[offline] ?? "Being asked"],
    ["log", "The server's log", logWords || "Not yet seen"],
    ["clock", "Clock", reading ? clockWords(reading) : "Not yet compared with the server"],
    ["build", "Version", build],
  ];
  return facts.map(([id, name, words]) => ({ id, name, words }));
}

function clockWords({ offset, bound }) {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const way = offset > 0 ? "behind" : "ahead of";
  return seconds <= Math.ceil(bound / 1000) ? "Agrees with the server" : `${seconds} s ${way} the server`;
}
