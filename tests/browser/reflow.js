// Run in a page by test_reflow.py: what the page shows at this moment that somebody could not read or hit, a line each.
({ targets }) => {
  const faults = new Set();
  const width = document.documentElement.clientWidth;
  const HOLDERS = "button, a, label, select, fieldset, section, nav, .notice, .mark, .facts, .row, .plain-row, td, th";

  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Kept for screen readers: drawn nowhere, on purpose
  const unseen = (element) => element && (getComputedStyle(element).clipPath === "inset(50%)" || unseen(element.parentElement));
  const left = (element) => !shown(element) || unseen(element) || element.closest(".skip-link, noscript, template, option");

  // Inside a box that scrolls sideways by itself, as the row of section buttons does
  function inScroller(element) {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
      if (scrolls && box.scrollWidth > box.clientWidth) return true;
    }
    return false;
  }

  function name(element) {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((one) => `.${one}`).join("");
    const words = (element.textContent || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.localName}${id}${classes} "${words}"`;
  }

  function judgeBox(element) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const style = getComputedStyle(element);
    const cuts = style.overflowX !== "visible" && !["auto", "scroll"].includes(style.overflowX);
    const field = element.matches("input:is([type=date], [type=datetime-local]), button, select");
    const line = element.matches("input") && !field; // of text, in which one may move
    if ((box.right > width + 1 || box.left < -1) && !inScroller(element)) {
      faults.add(`${name(element)} reaches from ${box.left} to ${box.right}`);
    }
    if (((cuts && !line) || field) && style.display !== "inline" && element.scrollWidth > element.clientWidth + 1) {
      faults.add(`${name(element)} is cut: ${element.scrollWidth} px in ${element.clientWidth}`);
    }
    if (["fixed", "sticky"].includes(style.position) && box.height > innerHeight / 2) {
      faults.add(`${name(element)} stays and covers ${box.height} of ${innerHeight} px`);
    }
  }

  function judgeText(text) {
    const element = text.parentElement;
    const holder = element.closest(HOLDERS);
    if (left(element) || element.closest("textarea, select") || inScroller(element)) return;
    if (!text.data.trim() || !holder || getComputedStyle(holder).display === "inline") return;
    const range = document.createRange();
    range.selectNodeContents(text);
    const [words, box] = [range.getBoundingClientRect(), holder.getBoundingClientRect()];
    const inside = words.left >= box.left - 1 && words.right <= box.right + 1 && words.top >= box.top - 1 && words.bottom <= box.bottom + 1;
    if (!inside) faults.add(`${name(element)} sticks out of ${name(holder)}`);
  }

  function judgeTarget(control) {
    const target = control.matches("[type=checkbox], [type=radio]") ? control.closest("label") ?? control : control;
    const { height } = target.getBoundingClientRect();
    if (height < 47.5) faults.add(`${name(target)} is ${height} px high to tap`);
  }

  // At the end of the page a bar that stays must not lie over the last things to tap: there is no scrolling on
  function judgeEnd() {
    const place = scrollY;
    scrollTo(0, document.documentElement.scrollHeight);
    for (const bar of document.querySelectorAll(".save-bar")) {
      if (left(bar) || getComputedStyle(bar).position === "static") continue;
      const edge = bar.getBoundingClientRect().top;
      for (const control of document.querySelectorAll("main :is(a[href], button, input, select, textarea)")) {
        const box = control.getBoundingClientRect();
        if (!left(control) && !bar.contains(control) && box.bottom > edge + 1) faults.add(`${name(control)} ends under ${name(bar)}`);
      }
    }
    scrollTo(0, place);
  }

  if (document.documentElement.scrollWidth > width) faults.add(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const element of document.body.querySelectorAll("*")) if (!left(element)) judgeBox(element);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) judgeText(texts.currentNode);
  if (targets) {
    for (const control of document.body.querySelectorAll("a[href], button, input, select, textarea, summary")) {
      if (!left(control)) judgeTarget(control);
    }
  }
  judgeEnd();
  return [...faults];
}
