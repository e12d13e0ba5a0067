/** Example prompts by kind of sound. Tells `idea` with a prompt as its detail. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { allCategories, grouped } from "../state/categories.js";

const SHOWN = 3;

class PromptIdeas extends SoundElement {
  /** @type {Map<string, import("../state/categories.js").Category>} */ #known = new Map();
  #model = "music";
  #kind = h("select", { "aria-label": t("Kind of sound") });
  #examples = h("ul", { class: "examples", role: "list" });

  async mount() {
    this.replaceChildren(this.#kind, this.#examples);
    this.on(this.#kind, "change", () => this.#showExamples());
    try {
      this.#known = await allCategories();
    } catch (/** @type {any} */ error) {
      if (!this.signal.aborted) this.replaceChildren(h("p", { class: "muted" }, error.message));
      return;
    }
    this.#showKinds();
  }

  /** @param {string} model */
  set model(model) {
    if (model === this.#model) return;
    this.#model = model;
    this.#showKinds();
  }

  /** Id of the category that is chosen; "" for any. */
  get category() {
    return this.#kind.value;
  }

  #categories() {
    return [...this.#known.values()].filter(({ model }) => model === this.#model);
  }

  #showKinds() {
    const groups = grouped(this.#categories()).map(([label, categories]) =>
      h("optgroup", { label }, categories.map(({ id, label: name }) => h("option", { value: id }, name))),
    );
    this.#kind.replaceChildren(h("option", { value: "" }, t("Any kind")), ...groups);
    this.#showExamples();
  }

  /** Those of the kind; of any kind a few by chance. */
  #showExamples() {
    const chosen = this.#known.get(this.#kind.value);
    const examples = chosen ? chosen.examples : some(this.#categories(), SHOWN).map((category) => category.examples[0]);
    this.#examples.replaceChildren(
      ...examples.map((prompt) => {
        const picture = icon(this.#model === "audio" ? "effect" : "music");
        const button = h("button", { type: "button", class: `example ${this.#model}` }, picture, h("span", { lang: "en" }, prompt));
        return h("li", null, this.on(button, "click", () => this.dispatchEvent(new CustomEvent("idea", { detail: prompt }))));
      }),
    );
  }
}

/** @template T @param {T[]} items @param {number} count */
function some(items, count) {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}

define("sb-prompt-ideas", PromptIdeas);
