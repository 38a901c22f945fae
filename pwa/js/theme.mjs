// Sets the chosen colours before the first paint, so that a dark corridor gets no white flash. Not a module: it must not wait.
(() => {
  try {
    const theme = localStorage.getItem("sightline-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without localStorage the system's wish holds.
  }
})();
