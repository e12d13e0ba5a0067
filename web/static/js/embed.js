/** The player on other people's pages: one sound, a button, and a line to seek on. */
const audio = /** @type {HTMLAudioElement} */ (document.getElementById("audio"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("play"));
const seek = /** @type {HTMLInputElement} */ (document.getElementById("seek"));
const trouble = /** @type {HTMLElement} */ (document.getElementById("trouble"));
const PATHS = { play: "M8 5.5v13l10.5-6.5z", pause: "M7 5h4v14H7zM13 5h4v14h-4z" };

button.addEventListener("click", () => (audio.paused ? play() : audio.pause()));
seek.addEventListener("input", () => {
  audio.currentTime = Number(seek.value);
});
for (const type of ["play", "pause", "ended"]) audio.addEventListener(type, show);
audio.addEventListener("timeupdate", () => {
  seek.value = String(audio.currentTime);
});
audio.addEventListener("error", fail);

async function play() {
  try {
    await audio.play();
  } catch (/** @type {any} */ error) {
    // Pressed again before it began, or the page around forbids it: the button shows how it stands.
    if (error.name === "NotSupportedError") fail();
  }
}

function show() {
  button.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
  button.querySelector("path")?.setAttribute("d", audio.paused ? PATHS.play : PATHS.pause);
}

function fail() {
  trouble.hidden = false;
}
