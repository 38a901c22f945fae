// Every component by the name the shell gives it.

import { actions } from "./actions.mjs";
import { bar } from "./bar.mjs";
import { check } from "./check.mjs";
import { concern } from "./concern.mjs";
import { drill } from "./drill.mjs";
import { due } from "./due.mjs";
import { enrol } from "./enrol.mjs";
import { form } from "./form.mjs";
import { hand } from "./hand.mjs";
import { handover } from "./handover.mjs";
import { home } from "./home.mjs";
import { notices } from "./notices.mjs";
import { oncall } from "./oncall.mjs";
import { outbox } from "./outbox.mjs";
import { pad } from "./pad.mjs";
import { people } from "./people.mjs";
import { pin } from "./pin.mjs";
import { saved } from "./saved.mjs";
import { sealed } from "./sealed.mjs";
import { sent } from "./sent.mjs";
import { start } from "./start.mjs";
import { tablet } from "./tablet.mjs";
import { who } from "./who.mjs";

const COMPONENTS = {
  actions, bar, check, concern, drill, due, enrol, form, hand, handover, home,
  notices, oncall, outbox, pad, people, pin, saved, sealed, sent, start, tablet, who
};

/** Called on alpine:init. The live state becomes reactive here. */
export function registerComponents(Alpine, app) {
  Alpine.store("live", app.live.state);
  app.live.state = Alpine.store("live");
  for (const [name, make] of Object.entries(COMPONENTS)) Alpine.data(name, () => make(app));
}
