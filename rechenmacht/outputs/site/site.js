// The theme: as the system has it, or as a reader chose; kept in this browser alone. Citations and codes to copy.
(() => {
  const root = document.documentElement;
  let kept = null;
  try { kept = localStorage.getItem("theme"); } catch { /* no storage */ }
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  const button = document.getElementById("theme");
  if (button) {
    button.disabled = false;
    button.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* no storage */ }
    });
  }

  // Where the site was written without knowing its address, the page knows it now.
  const here = location.href.replace(/[?#].*$/, "");
  const whole = here.endsWith("/") ? `${here}index.html` : here;
  const site = whole.slice(0, whole.length - (root.dataset.path || "").length);
  for (const one of document.querySelectorAll("[data-here]")) if (!one.textContent) one.textContent = here;
  for (const one of document.querySelectorAll("[data-bibtex]")) {
    if (!one.textContent.includes("url = ")) one.textContent = one.textContent.replace(/\n}\s*$/, `,\n  url = {${here}}\n}`);
  }
  for (const one of document.querySelectorAll("[data-site]")) {
    one.textContent = one.textContent.replace(/"((?:de\/)?charts\/[^"]*)"/, (_, path) => `"${site}${path}"`);
  }

  if (!navigator.clipboard) return;
  for (const one of document.querySelectorAll("[data-copy]:not(html)")) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = root.dataset.copy;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(one.textContent.trim());
      copy.textContent = root.dataset.copied;
      setTimeout(() => { copy.textContent = root.dataset.copy; }, 2000);
    });
    one.after(copy);
  }
})();
