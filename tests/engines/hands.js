// What a hand does on a page, for every engine alike. Put before each script of hands.py.

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function isVisible(element) {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
}

function shown(selector) {
  return [...document.querySelectorAll(selector)].find(isVisible);
}

async function awaited(selector, what = shown, ms = 150_000) {
  const until = performance.now() + ms;
  for (;;) {
    const found = what(selector);
    if (found) return found;
    if (performance.now() > until) throw new Error(`never seen: ${selector}`);
    await sleep(30);
  }
}

// Any touch counts for the lock that follows an untouched tablet.
async function touch(selector) {
  const element = await awaited(selector);
  element.scrollIntoView({ block: "center" });
  for (const name of ["pointerdown", "pointerup"]) element.dispatchEvent(new PointerEvent(name, { bubbles: true }));
  return element;
}

async function tap(selector) {
  const element = await touch(selector);
  element.focus();
  element.click();
}

async function write(selector, words, pause = 0) {
  const element = await touch(selector);
  element.focus();
  if (!pause) change(element, words);
  else for (let end = 1; end <= words.length; end++) {
    change(element, words.slice(0, end));
    await sleep(pause);
  }
}

function change(element, value) {
  element.value = value;
  element.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

async function choose(selector, value) {
  const element = await touch(selector);
  await awaited(`${selector} option[value="${CSS.escape(value)}"]`, (each) => document.querySelector(each));
  change(element, value);
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

async function play(steps, pause = 0) {
  const acts = { tap, write, choose };
  for (const [act, ...rest] of steps) {
    await acts[act](...rest);
    if (pause) await sleep(pause);
  }
}
