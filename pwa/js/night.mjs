// Light, dark, or as the tablet itself is set. Kept in localStorage so that theme.mjs can apply it before the first paint.

const KEY = "sightline-theme";

/** @returns {"auto"|"light"|"dark"} */
export function theme() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}

export function setTheme(wanted) {
  if (wanted === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // The choice then lasts for this page only.
  }
}
