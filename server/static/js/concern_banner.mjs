// Keeps the banner of immediate concerns as the server would draw it now, on every page that is open.
//
// One page of the browser listens for all of them and tells the others: a stream for each page would use up the few
// that a session may have. Where the browser has no locks each page listens for itself. Without this script, the
// banner is as it was when the page was opened.

const AGAIN = 4_000;
const holder = document.querySelector("[data-concern-banner]");

if (holder) {
  const others = new BroadcastChannel("sightline-concerns");
  others.addEventListener("message", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  const listenForAll = () => listen(() => { refresh(); others.postMessage("changed"); });
  if (navigator.locks) navigator.locks.request("sightline-concerns", () => { listenForAll(); return new Promise(() => {}); });
  else listenForAll();
}

function listen(heard) {
  const stream = new EventSource(`/concerns/live?mark=${encodeURIComponent(holder.dataset.mark)}`);
  stream.addEventListener("changed", heard);
  // Refused, as when too many pages listen: the browser itself would not come back
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { heard(); listen(heard); }, AGAIN);
  });
}

function refresh() {
  const request = new XMLHttpRequest();
  request.open("GET", "/concerns/banner");
  request.setRequestHeader("Accept", "text/html");
  request.responseType = "document";
  request.addEventListener("load", () => request.response && request.status === 200 && adopt(request.response));
  request.send();
}

/** @param {Document} fresh the banner as the server draws it now */
function adopt(fresh) {
  const other = fresh.querySelector("[data-concern-banner]");
  if (!other) return;
  holder.dataset.mark = other.dataset.mark;
  if (words(holder) === words(other)) return;
  const address = holder.contains(document.activeElement) && document.activeElement.getAttribute("href");
  holder.replaceChildren(...document.adoptNode(other).childNodes);
  if (address) [...holder.querySelectorAll("a")].find((link) => link.getAttribute("href") === address)?.focus();
}

function words(node) {
  return node.textContent.replace(/\s+/g, " ").trim();
}
