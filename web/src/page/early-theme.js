/** Sets the chosen theme before the first paint; without a choice the system's holds. */
{
  let theme = null;
  try {
    theme = JSON.parse(localStorage.getItem("chinwag.theme") ?? "null");
  } catch {
    // Storage may be switched off; then the system's theme holds.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
