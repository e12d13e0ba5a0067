/** Who one is here: the dialog to sign in with a token, and out again. */
import { request, post } from "../core/api.js";
import { h } from "../core/dom.js";
import { store } from "../core/store.js";
import { parts, t } from "../core/words.js";
import { openDialog } from "./dialog.js";

/** Open the dialog that fits. */
export function openAccount() {
  if (store.state.signedIn) openDialog(t("Signed in"), askToLeave);
  else openDialog(t("Sign in with a token"), askForToken);
}

/** @param {import("./dialog.js").Asked} asked */
function askForToken({ signal, close, attempt }) {
  const field = h("input", {
    type: "password", id: "token", required: true, autofocus: true, maxlength: 4096, autocomplete: "current-password", spellcheck: "false", "aria-describedby": "token-says",
  });
  const no = h("button", { type: "button", class: "button" }, t("Cancel"));
  const form = h(
    "form",
    { class: "ask-form" },
    h("label", { for: "token" }, t("Token")),
    field,
    h("p", { class: "muted", id: "token-says" }, parts("Whoever runs this Sound Box makes one with {command}", { command: h("code", null, "./soundbox token create") })),
    h("div", { class: "card-actions" }, no, h("button", { type: "submit", class: "primary button" }, t("Sign in"))),
  );
  no.addEventListener("click", close, { signal });
  const enter = (/** @type {Event} */ event) => {
    event.preventDefault();
    attempt(async () => {
      await post("/api/sign-in", { token: field.value });
      begin();
    });
  };
  form.addEventListener("submit", enter, { signal });
  return form;
}

/** @param {import("./dialog.js").Asked} asked */
function askToLeave({ signal, close, attempt }) {
  const { userId, tier } = store.state;
  const no = h("button", { type: "button", class: "button", autofocus: true }, t("Stay"));
  const yes = h("button", { type: "button", class: "primary button" }, t("Sign out"));
  no.addEventListener("click", close, { signal });
  const leave = () =>
    attempt(async () => {
      await request("/api/sign-out", { method: "POST" });
      begin();
    });
  yes.addEventListener("click", leave, { signal });
  return [
    h("p", null, parts("You are {name}, in the tier {tier}.", { name: h("strong", null, h("bdi", null, userId)), tier: String(tier) })),
    h("div", { class: "card-actions" }, no, yes),
  ];
}

/** Everything on the page is somebody's: begin anew as who one is now. */
function begin() {
  location.reload();
}
