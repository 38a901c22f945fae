// Keeps the regions of an open page as the server would draw them now. Without this script, reloading does the same.
//
// Trusted Types leaves no way to put HTML text into a page, and none is needed: the browser itself parses the page
// again as a document of its own (XMLHttpRequest, "document"), with scripts off, and its nodes are moved over.

const page = document.querySelector("[data-live-page]");

if (page) {
  listen(page);
}

/** @param {HTMLElement} holder the element that names the stream and the mark it begins from */
function listen(holder) {
  const stream = new EventSource(`${holder.dataset.livePage}?mark=${encodeURIComponent(holder.dataset.mark)}`);
  stream.addEventListener("changed", refresh);
  stream.addEventListener("open", () => say("on"));
  stream.addEventListener("error", () => say("lost"));
}

function refresh() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.setRequestHeader("Accept", "text/html");
  request.responseType = "document";
  request.addEventListener("load", () => request.response && request.status === 200 && adopt(request.response));
  request.send();
}

/** @param {Document} fresh the page as the server draws it now */
function adopt(fresh) {
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const other = fresh.querySelector(`[data-live-region="${region.dataset.liveRegion}"]`);
    if (other && !region.isEqualNode(other) && !region.contains(document.activeElement)) {
      region.replaceChildren(...document.adoptNode(other).childNodes);
    } else if (other && region.contains(document.activeElement)) {
      adoptAround(region, other);
    }
  }
  say("on");
}

// Where somebody's focus is inside a region, it goes back to the link with the same address
function adoptAround(region, other) {
  const address = document.activeElement.getAttribute("href");
  region.replaceChildren(...document.adoptNode(other).childNodes);
  const same = address && [...region.querySelectorAll("a")].find((link) => link.getAttribute("href") === address);
  same?.focus({ preventScroll: true });
}

function say(state) {
  const note = document.querySelector("[data-live-note]");
  if (note) {
    note.hidden = false;
    note.dataset.state = state;
    note.textContent =
      state === "on" ? "Live: new records appear by themselves" : "Not live just now: reload to see what is new";
  }
}
