/** System, light or dark, as three small radio buttons. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { chooseTheme, currentTheme } from "../state/theme.js";

const THEMES = /** @type {const} */ ([
  ["system", "system", "System theme"],
  ["light", "sun", "Light theme"],
  ["dark", "moon", "Dark theme"],
]);

class ThemeSwitch extends SoundElement {
  mount() {
    const chosen = currentTheme();
    this.replaceChildren(
      h(
        "fieldset",
        { class: "theme-switch" },
        h("legend", { class: "visually-hidden" }, "Theme"),
        THEMES.map(([theme, picture, label]) => {
          const input = h("input", { type: "radio", name: "theme", value: theme, checked: theme === chosen, "aria-label": label });
          this.on(input, "change", () => chooseTheme(theme));
          return h("label", { title: label }, input, icon(picture));
        }),
      ),
    );
  }
}

define("sb-theme-switch", ThemeSwitch);
