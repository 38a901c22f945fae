// The tablet app, put together. Reads from top to bottom as the story of a start.

import { Author } from "./author.mjs";
import { Clock } from "./clock.mjs";
import { EncryptedStore } from "./encrypted_store.mjs";
import { Store } from "./database.mjs";
import { Forms } from "./forms.mjs";
import { Idle, LOCK_SECONDS } from "./idle.mjs";
import { InstallPrompt, currentPlace } from "./install.mjs";
import { toInstant } from "./instants.mjs";
import { Live } from "./live.mjs";
import { OpenForm } from "./open_form.mjs";
import { Pull } from "./pull.mjs";
import { Push } from "./push.mjs";
import { Recovery } from "./recovery.mjs";
import { Reference } from "./reference.mjs";
import { killSwitchIsOn } from "./registration.mjs";
import { Router } from "./router.mjs";
import { askToKeep, lookAfterCanary } from "./storage.mjs";
import { Sync } from "./sync.mjs";
import { Updates } from "./updates.mjs";
import { Vault } from "./vault.mjs";
import { registerComponents } from "./components/index.mjs";
import { newIdentifier } from "./identifiers.mjs";

const timers = { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer) };
const ask = (...request) => globalThis.fetch(...request);

const clock = new Clock({ wall: () => Date.now(), monotonic: () => performance.now(), boot: newIdentifier() });
const app = { clock, timers, fetch: ask, locks: navigator.locks, build: "unknown", nextTick: () => globalThis.Alpine.nextTick() };

app.recovery = new Recovery({
  session: sessionStorage,
  reload: () => location.reload(),
  block: (words, final) => app.live.block(words, final),
  unsavedDraft: () => app.openForm.unsavedDraft(),
  sealed: (draft) => app.store.sealed("draft", draft),
});
app.store = new EncryptedStore(new Store({ onLost: () => app.recovery.storeLost() }));
app.reference = new Reference(app.store);
app.forms = new Forms({ fetch: ask, caches: globalThis.caches ?? null, words: () => app.reference.words() });
app.live = new Live(app);
app.author = new Author(() => app.live.refreshAuthor());
app.vault = new Vault({
  store: app.store, fetch: ask, locks: navigator.locks, clock, author: app.author,
  onLock: () => app.live.lock(), onKey: () => afterFirstKey(),
});
app.openForm = new OpenForm(app);
app.push = new Push({
  store: app.store, fetch: ask, clock, build: () => app.build,
  onProgress: () => app.live.refreshOutbox(), onAnswer: ({ reading }) => rememberClock(reading),
});
app.pull = new Pull({ store: app.store, fetch: ask, clock, build: () => (app.build === "unknown" ? "" : app.build), onLearned: rememberClock });
app.sync = new Sync({
  push: app.push, pull: app.pull, store: app.store, clock, locks: navigator.locks, timers,
  enrolled: async () => Boolean(app.live.tablet), opened: () => app.vault.ensureKey(),
  onContact: (contact) => app.live.setContact(contact),
  onPulled: (changed) => afterPull(changed),
});
app.updates = new Updates({
  container: navigator.serviceWorker, locks: navigator.locks,
  reload: () => Promise.resolve(app.openForm.flush()).finally(() => location.reload()), onReady: () => app.live.refreshUpdate(), killed: () => killSwitchIsOn(ask),
});
app.idle = new Idle({
  clock, timers, seconds: () => app.lockSeconds(clock.wall()) ?? LOCK_SECONDS, inUse: () => !app.live.state.locked,
  onWarn: (left) => app.live.warn(left), onCalm: () => app.live.warn(0), onLock: () => app.vault.lock(),
});
app.lockSeconds = () => undefined;
app.install = new InstallPrompt(globalThis, () => app.live.refreshInstall());
app.router = new Router({ page: globalThis, onRoute: (route) => app.live.showScreen(route) });

app.ready = start();
app.ready.then(afterStart, (error) => {
  if (error.name === "StoreLost") return; // recovery has said so, and knows whether loading again may help
  app.live.block("Sightline could not start. Close it fully and open it again. What was saved is still here.", true);
  throw error;
});
document.addEventListener("alpine:init", () => registerComponents(globalThis.Alpine, app));

async function start() {
  const [canary, reading, tablet] = await Promise.all([
    lookAfterCanary(app.store, localStorage, toInstant(clock.wall())),
    app.store.get("meta", "clock"),
    app.store.get("meta", "tablet"),
  ]);
  clock.reading = reading?.value ?? null;
  const restored = await app.recovery.putBack(app.store.rows);
  sessionStorage.removeItem("sightline-author"); // where an earlier build kept who used the tablet
  app.live.begin({ canary, tablet: tablet?.value ?? null, restored, place: currentPlace() });
  app.router.show();
  watchThePage();
}

// What nobody waits for: the worker, the promise to keep the store, the first pass.
async function afterStart() {
  app.sync.start();
  app.live.setStorage({ keep: await askToKeep(navigator.storage) });
  app.updates.onInstalled = noteBuild;
  app.live.setStorage({ offline: await app.updates.start() });
  await noteBuild();
}

async function noteBuild() {
  app.build = await app.updates.build();
  app.live.setStorage({ build: app.build });
}

// What is typed is written before the page can be taken away, and the store is tried before anyone types into a woken page.
function watchThePage() {
  for (const name of ["pagehide", "freeze"]) addEventListener(name, putAway);
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "hidden") app.openForm.flush();
    else if (await app.store.answers()) app.live.tick();
  });
  setInterval(() => app.live.tick(), 20_000);
  app.idle.watch(globalThis);
}

function putAway() {
  app.recovery.setAside();
  app.openForm.flush();
}

async function afterPull(changed) {
  await app.vault.dropStale(await app.reference.staff());
  const hashes = (await app.reference.forms()).map((form) => form.hash);
  await app.forms.gather(hashes);
  await app.reference.timescales(); // the server judges by these, whatever form is open
  app.lockSeconds = await app.reference.lockSeconds();
  if (changed) app.live.refreshReference();
  app.live.refreshTablets();
  navigator.serviceWorker?.controller?.postMessage({ type: "KILL_SWITCH" });
}

// What waits can be sent now, and counted in full.
function afterFirstKey() {
  app.live.refreshAuthor();
  app.live.refreshOutbox({ tell: false }).catch(() => {});
  app.reference.lockSeconds().then((read) => { app.lockSeconds = read; });
  app.sync.now();
}

function rememberClock(reading) {
  app.store.write(["meta"], (change) => change.put("meta", { key: "clock", value: reading }), { strict: false }).catch(() => {});
}
