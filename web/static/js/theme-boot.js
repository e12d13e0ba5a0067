// Runs before the first paint, so that a chosen look or language never flashes. A classic script: modules run too late.
{
  const root = document.documentElement;
  const chosen = (key) => {
    try {
      return JSON.parse(localStorage.getItem(`soundbox.${key}`));
    } catch {
      return null; // Nothing stored, or storage is forbidden: as the system says.
    }
  };
  const theme = chosen("theme");
  const contrast = chosen("contrast");
  const accent = chosen("accent");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (contrast === "more" || (contrast !== "usual" && matchMedia("(prefers-contrast: more)").matches)) root.dataset.contrast = "more";
  if (accent === "plum" || accent === "moss") root.dataset.accent = accent;

  const PSEUDO = "en-XA"; // See core/foreign.js.
  const there = (root.dataset.languages ?? "en").split(" ");
  const wished = [chosen("language"), ...navigator.languages].map((tag) => (tag === PSEUDO ? tag : String(tag).split("-")[0].toLowerCase()));
  root.lang = wished.find((tag) => tag === PSEUDO || there.includes(tag)) ?? "en";
  if (root.lang !== "en") {
    root.dataset.words = "coming"; // The document is in English: nothing of it is shown until it is translated.
    const catalogue = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `/static/words/${root.lang}.json` };
    if (root.lang !== PSEUDO) document.head.append(Object.assign(document.createElement("link"), catalogue));
  }
}
