// Runs before the first paint, so that a chosen theme never flashes. A classic script: modules run too late.
try {
  const theme = JSON.parse(localStorage.getItem("soundbox.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Nothing stored, or storage is forbidden: the system's theme it is.
}
