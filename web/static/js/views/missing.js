/** Where no view is. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";

class MissingView extends SoundElement {
  mount() {
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Nothing to hear here"))),
      h(
        "div",
        { class: "empty panel" },
        h("p", null, t("There is no page at this address.")),
        h("a", { class: "primary button", href: "/generate" }, icon("spark"), t("Make a sound")),
      ),
    );
  }
}

define("sb-missing-view", MissingView);
