// Light or dark: as the system says, until the reader chooses. Runs in the head, so that nothing flashes.
"use strict";

const THEME_KEY = "ferrobench-theme";

/** @returns {string | null} What the reader chose; storage may be forbidden for files. */
function storedTheme() {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

/** @returns {boolean} Whether the page is dark now. */
function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // For this visit then.
  }
  // Charts are drawn with colours of the theme.
  document.dispatchEvent(new CustomEvent("themechange"));
}

{
  const theme = storedTheme();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", toggleTheme);
  });
}
