// Says a minute before a sign-in ends for want of use, lets it go on, and takes the page away when it has ended:
// nothing personal stays on a screen that nobody watches. Who types or points is at work, and is not signed out.
//
// Without this script the sign-in ends all the same; the page stays until somebody asks the server for another.

const WARN_SECONDS = 60;
const USED_EVERY = 60_000;
const LONGEST_WAIT = 5 * 60;

let usedAt = Date.now();
let told = null;
let timer = 0;

for (const event of ["keydown", "input", "pointerdown"]) addEventListener(event, atWork, { passive: true });
document.addEventListener("visibilitychange", () => document.hidden || ask());
addEventListener("pageshow", (event) => event.persisted && ask());
ask();

function atWork() {
  if (Date.now() - usedAt < USED_EVERY) return;
  usedAt = Date.now();
  ask("POST");
}

async function ask(method = "GET") {
  clearTimeout(timer);
  const answer = await fetch("/me/session", { method, headers: { Accept: "application/json" } }).catch(() => null);
  const life = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!life) return again(LONGEST_WAIT / 10);
  if (life.left <= 0) return leave();
  if (life.left > WARN_SECONDS) {
    told?.remove();
    told = null;
    return again(Math.min(life.left - WARN_SECONDS, LONGEST_WAIT));
  }
  warn(life);
  return again(life.left < 10 ? 1 : Math.min(life.left - 5, 15));
}

function again(seconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(1, seconds) * 1000);
}

function warn(life) {
  if (told) return;
  told = document.createElement("div");
  told.className = "session-end";
  told.setAttribute("role", "alertdialog");
  told.setAttribute("aria-labelledby", "session-end-words");
  const words = document.createElement("p");
  words.id = "session-end-words";
  words.textContent = life.ends === "old"
    ? "Your sign-in ends within a minute: it has lasted as long as one may. Save what you have typed now."
    : "You will be signed out within a minute, because nobody has used this page. What is typed and not saved goes.";
  told.append(words);
  if (life.ends !== "old") told.append(stay());
  document.body.prepend(told);
  told.querySelector("button")?.focus();
}

function stay() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Stay signed in";
  button.addEventListener("click", () => { usedAt = Date.now(); ask("POST"); });
  return button;
}

function leave() {
  document.body.replaceChildren();
  location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}
