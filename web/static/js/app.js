/** Wires the page together: routes, the live connection, the player, keys. */
import { router } from "./core/router.js";
import { setAttribute } from "./core/dom.js";
import { store } from "./core/store.js";
import { t } from "./core/words.js";
import { connect } from "./state/events.js";
import { announce, notify } from "./state/notices.js";
import { followContrast } from "./state/theme.js";
import { player } from "./player/player.js";
import { countPlays } from "./player/plays.js";
import { listenForShortcuts, showHelp } from "./player/shortcuts.js";
import "./elements/notices.js";
import "./elements/player-bar.js";
import "./elements/theme-switch.js";

/** @type {import("./core/router.js").Route[]} Tried in order. */
const ROUTES = [
  { name: "generate", path: /^\/(generate)?$/, tag: "sb-generate-view", title: t("Generate"), load: () => import("./views/generate.js") },
  { name: "library", path: /^\/library$/, tag: "sb-library-view", title: t("Library"), load: () => import("./views/library.js") },
  { name: "playlists", path: /^\/playlists$/, tag: "sb-playlists-view", title: t("Playlists"), load: () => import("./views/playlists.js") },
  { name: "playlist", path: /^\/playlist\/(?<id>[\w-]+)$/, tag: "sb-playlist-view", title: t("Playlist"), load: () => import("./views/playlist.js") },
  { name: "radio", path: /^\/radio$/, tag: "sb-radio-view", title: t("Radio"), load: () => import("./views/radio.js") },
  { name: "queue", path: /^\/queue$/, tag: "sb-queue-view", title: t("Queue"), load: () => import("./views/queue.js") },
  { name: "track", path: /^\/track\/(?<id>[\w-]+)$/, tag: "sb-track-view", title: t("Sound"), load: () => import("./views/track.js") },
  { name: "missing", path: /^/, tag: "sb-missing-view", title: t("Nothing here"), load: () => import("./views/missing.js") },
];

/** Views of one sound or playlist come when they are asked for: with them everything ahead would weigh a tenth more. */
const OF_ONE_THING = /<id>/;

const page = new AbortController();
const { signal } = page;

/** Of one visit; the first ones say the most. */
const MOST_ERRORS = 5;
let errors = 0;
addEventListener("error", ({ message, error }) => tellOfError(message, error), { signal });
addEventListener("unhandledrejection", ({ reason }) => tellOfError(String(reason), reason), { signal });

document.body.append(...player.deck.elements);
player.addEventListener("trouble", (event) => notify(/** @type {CustomEvent} */ (event).detail, "error"), { signal });
countPlays(signal);
listenForShortcuts(signal);
document.querySelector(".skip-link")?.addEventListener("click", skipToContent, { signal });
document.getElementById("help")?.addEventListener("click", showHelp, { signal });
document.getElementById("appearance")?.addEventListener("click", showAppearance, { signal });
const account = /** @type {HTMLElement} */ (document.getElementById("account"));
account.addEventListener("click", showAccount, { signal });
followContrast(signal);

router.addEventListener("unreachable", () => notify(t("This page can't be loaded. Is Sound Box running?"), "error"), { signal });
router.addEventListener(
  "change",
  () => {
    for (const link of document.querySelectorAll("nav a[data-view]")) {
      const here = /** @type {HTMLElement} */ (link).dataset.view === router.current?.name;
      setAttribute(link, "aria-current", here ? "page" : null);
    }
  },
  { signal },
);
const outlet = /** @type {HTMLElement} */ (document.getElementById("outlet"));
router.start(ROUTES, outlet).then(fetchTheRest);

const notice = /** @type {HTMLElement} */ (document.getElementById("connection"));
store.watch(({ connection }) => connection, showConnection, signal);
store.watch(({ signedIn, userId }) => signedIn && userId, nameAccount, signal);
connect(signal);

/** @param {Event} event  Following the link as well would put another entry into the history. */
function skipToContent(event) {
  event.preventDefault();
  outlet.focus();
}

async function showAppearance() {
  const { openAppearance } = await import("./elements/appearance.js");
  openAppearance();
}

async function showAccount() {
  const { openAccount } = await import("./elements/account.js");
  openAccount();
}

/** @param {string | null | false} name  Of who signed in. */
function nameAccount(name) {
  const says = name ? t("Signed in as {name}", { name }) : t("Sign in");
  setAttribute(account, "aria-label", says);
  setAttribute(account, "title", says);
  account.classList.toggle("known", Boolean(name));
}

/** @param {import("./core/store.js").Connection} connection */
function showConnection(connection) {
  const away = connection === "polling";
  if (away === !notice.hidden) return;
  notice.hidden = !away;
  announce(away ? t("The connection is gone. Trying again.") : t("Connected again."));
}

/** When nothing else is to be done: what the first view can do without, and the views of the navigation, which then open at once. */
function fetchTheRest() {
  const later = globalThis.requestIdleCallback ?? setTimeout;
  later(async () => {
    await Promise.allSettled([import("./player/unfinished.js"), import("./player/media-session.js")].map((module) => module.then(begin)));
    await Promise.allSettled(ROUTES.filter(({ path }) => !OF_ONE_THING.test(path.source)).map(({ load }) => load()));
    const { keepForLater } = await import("./state/offline.js");
    await keepForLater();
  });
}

/** @param {{begin: (signal: AbortSignal) => void}} module */
function begin(module) {
  module.begin(signal);
}

/** Whoever runs this Sound Box reads in its log what went wrong in a page. @param {string} message @param {any} error */
function tellOfError(message, error) {
  if (error?.name === "AbortError" || ++errors > MOST_ERRORS) return;
  const body = JSON.stringify({ message: message || "?", stack: String(error?.stack ?? ""), url: location.pathname, userAgent: navigator.userAgent });
  fetch("/api/log-error", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {
    // The server is away: there is nobody to tell.
  });
}
