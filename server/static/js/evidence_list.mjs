// Says how many records came in since the page was opened. The list itself stays still under the reader's eyes.

const badge = document.querySelector("[data-live-badge]");

if (badge) {
  const link = badge.querySelector("a");
  new EventSource(badge.dataset.liveBadge).addEventListener("changed", (event) => {
    const count = Number(event.data);
    link.textContent = `${count} new since you opened this page`;
    link.hidden = count < 1;
  });
}
