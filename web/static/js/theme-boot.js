// Runs before the first paint, so that a chosen look never flashes. A classic script: modules run too late.
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
}
