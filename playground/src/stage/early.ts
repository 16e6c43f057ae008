// Runs before the page is painted: the theme that was chosen before, and whether this is a frame of another page.

const root = document.documentElement;
const kept = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? localStorageTheme();
if (kept) root.dataset.theme = kept;
const query = new URLSearchParams(location.search);
for (const one of ["embed", "present"]) if (query.get(one)) root.dataset[one] = "1";

function localStorageTheme(): string {
  try {
    const found = localStorage.getItem("theme");
    return found === "light" || found === "dark" ? found : "";
  } catch {
    return ""; // storage may be closed
  }
}
