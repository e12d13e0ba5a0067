/** System, light or dark, as three small radio buttons. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { chooseTheme, currentTheme } from "../state/theme.js";

const THEMES = /** @type {const} */ ([
  ["system", "system", t("System theme")],
  ["light", "sun", t("Light theme")],
  ["dark", "moon", t("Dark theme")],
]);

/** Counts them: each is a group of radio buttons of its own. */
let groups = 0;

class ThemeSwitch extends SoundElement {
  mount() {
    const chosen = currentTheme();
    const name = `theme-${++groups}`;
    // Chosen in another one.
    this.on(document, "themechange", () => {
      for (const input of this.querySelectorAll("input")) input.checked = input.value === currentTheme();
    });
    this.replaceChildren(
      h(
        "fieldset",
        { class: "theme-switch" },
        h("legend", { class: "visually-hidden" }, t("Theme")),
        THEMES.map(([theme, picture, label]) => {
          const input = h("input", { type: "radio", name, value: theme, checked: theme === chosen, "aria-label": label });
          this.on(input, "change", () => chooseTheme(theme));
          return h("label", { title: label }, input, icon(picture));
        }),
      ),
    );
  }
}

define("sb-theme-switch", ThemeSwitch);
