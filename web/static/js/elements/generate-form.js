/** The form that asks for a sound. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort, post } from "../core/api.js";
import { asSentence, length } from "../core/format.js";
import { recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { t, tn } from "../core/words.js";
import { NAMED, SETTINGS, USUAL, isAble, unusual } from "../state/abilities.js";
import { newKey, submit } from "../state/jobs.js";
import { announce, notify } from "../state/notices.js";
import { advancedFields, advancedWish, namedLine, settingErrors } from "./advanced-fields.js";
import { linesError, linesOf, linesSwitch, linesText, sendEach } from "./prompt-lines.js";

/** Longest sound by model, in seconds, until the server has told its own limits. */
const LONGEST_S = { music: 120, audio: 30 };
const MOST_VARIATIONS = 4;
const MOST_CHARACTERS = 500;
const COUNTED_FROM = 400;

const BLANK = { prompt: "", model: "music", duration: 8, loop: false, seed: "", variations: 1, more: false, each: true, ...USUAL, extend: "", melody: "" };

/** What stands in the form: kept while other views are shown, and over a reload of this tab. */
const draft = { ...BLANK, ...recall("draft", {}, "session") };

export class GenerateForm extends SoundElement {
  /** @type {Record<string, any>} */ #field = {};
  #form = h("form", { class: "generate-form panel", novalidate: true });
  #seconds = h("output", { for: "duration" });
  #count = h("span", { class: "count", id: "prompt-count" });
  #sendLabel = h("span", null, t("Generate"));
  #send = h("button", { type: "submit", class: "primary button" }, icon("spark"), this.#sendLabel);
  #sending = false;
  #longest = LONGEST_S;

  mount() {
    this.#form = this.#build();
    this.replaceChildren(this.#form);
    this.#write();
    this.on(this.#form, "submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.on(this.#form, "input", () => this.#read());
    this.on(this.#form, "keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    store.watch(({ status }) => status?.abilities, () => this.#writeAdvanced(), this.signal);
    store.watch(({ status }) => status?.limits, (limits) => limits && this.#limit(limits), this.signal);
  }

  /**
   * Put settings into the form, as those of a sound that should be made again.
   * @param {Partial<typeof draft>} settings
   */
  use(settings) {
    Object.assign(draft, { loop: false, seed: "", ...USUAL, extend: "", melody: "" }, settings);
    this.#field.advanced.open ||= SETTINGS.some((name) => name in unusual(draft));
    draft.more = draft.more || draft.seed !== "";
    this.#write();
    this.#keep();
    this.#field.prompt.focus();
  }

  #build() {
    const field = this.#field;
    field.prompt = h("textarea", {
      id: "prompt",
      rows: 3,
      dir: "auto",
      required: true,
      translate: "no",
      placeholder: "calm piano over soft rain, 80 bpm",
      "aria-describedby": "prompt-error prompt-count",
    });
    field.music = h("input", { type: "radio", name: "model", value: "music" });
    field.audio = h("input", { type: "radio", name: "model", value: "audio" });
    field.duration = h("input", { id: "duration", type: "range", min: 1, step: 1, "aria-describedby": "duration-error" });
    field.loop = h("input", { id: "loop", type: "checkbox", role: "switch", "aria-describedby": "loop-error" });
    field.more = h("details", { class: "more" }, h("summary", null, t("More")), this.#moreFields());
    this.on(field.more, "toggle", () => (draft.more = field.more.open));
    const { details, inputs } = advancedFields();
    Object.assign(field, inputs, { advanced: details });
    for (const name of NAMED) field[name] = this.#named(name);
    field.lines = linesSwitch();
    field.picker = h("div", { hidden: true });
    return h(
      "form",
      { class: "generate-form panel", novalidate: true, "aria-label": t("New sound") },
      h(
        "div",
        { class: "field" },
        h("div", { class: "label-row" }, h("label", { for: "prompt" }, t("Describe a sound")), this.#dice()),
        field.prompt,
        this.#count,
        errorOf("prompt"),
        this.#ideas(),
      ),
      field.lines.row,
      h(
        "fieldset",
        { class: "field segmented" },
        h("legend", { class: "visually-hidden" }, t("What to make")),
        h("label", null, field.music, icon("music"), t("Music")),
        h("label", null, field.audio, icon("effect"), t("Effect")),
        errorOf("model"),
      ),
      h(
        "div",
        { class: "field" },
        h("div", { class: "label-row" }, h("label", { for: "duration" }, t("Duration")), this.#seconds),
        field.duration,
        errorOf("duration"),
      ),
      h("div", { class: "field switch-row" }, h("label", { for: "loop" }, t("Seamless loop")), field.loop, errorOf("loop")),
      NAMED.map((name) => field[name].line),
      field.picker,
      field.more,
      field.advanced,
      h("div", { class: "submit-row" }, this.#send, h("p", { class: "hint" }, h("kbd", null, t("Ctrl")), " ", h("kbd", null, t("Enter")))),
    );
  }

  #moreFields() {
    const field = this.#field;
    field.seed = h("input", {
      id: "seed",
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      placeholder: t("A new one every time"),
      "aria-describedby": "seed-error",
    });
    field.variations = h("input", {
      id: "variations",
      type: "number",
      min: 1,
      max: MOST_VARIATIONS,
      "aria-describedby": "variations-error",
    });
    return h(
      "div",
      { class: "more-fields" },
      h("div", { class: "field" }, h("label", { for: "seed" }, t("Seed")), field.seed, errorOf("seed")),
      h("div", { class: "field" }, h("label", { for: "variations" }, t("Variations")), field.variations, errorOf("variations")),
    );
  }

  /** @param {string} melody  Its id. */
  #follow(melody) {
    draft.melody = melody;
    this.#write();
    this.#keep();
  }

  /** @param {"extend" | "melody"} name */
  #named(name) {
    const named = namedLine(name);
    this.on(named.off, "click", () => {
      draft[name] = "";
      this.#write();
      this.#keep();
      this.#field.prompt.focus();
    });
    return named;
  }

  #dice() {
    const dice = h("button", { type: "button", class: "chip" }, icon("dice"), t("Surprise me"));
    return this.on(dice, "click", () => this.#roll());
  }

  /** A prompt nobody wrote before, for the model and the kind of sound that are chosen. */
  async #roll() {
    const category = this.#field.ideas.firstElementChild?.category || null;
    try {
      const { prompt } = await post("/random-prompt", { model: draft.model, category }, { signal: this.signal });
      this.#take(prompt);
    } catch (/** @type {any} */ error) {
      if (!isAbort(error)) notify(error.message, "error");
    }
  }

  /** Take a prompt over, and leave the rest as it is. @param {string} prompt */
  #take(prompt) {
    this.use({ prompt, loop: draft.loop, ...unusual(draft) });
  }

  /** What shows ideas is fetched when somebody asks for them. */
  #ideas() {
    const place = (this.#field.ideas = h("div"));
    const ideas = h("details", { class: "ideas" }, h("summary", null, t("Ideas")), place);
    return this.on(ideas, "toggle", async () => {
      if (!ideas.open || place.firstElementChild) return;
      await import("./prompt-ideas.js");
      const element = h("sb-prompt-ideas", { ".model": draft.model });
      this.on(element, "idea", ({ detail }) => this.#take(detail));
      place.replaceChildren(element);
    });
  }

  /** @param {Record<string, {max_duration: number}>} limits  By model, as the server tells them. */
  #limit(limits) {
    this.#longest = { music: limits.music.max_duration, audio: limits.audio.max_duration };
    this.#writeDuration();
  }

  /** Form from draft. */
  #write() {
    const { prompt, music, audio, loop, seed, variations, more } = this.#field;
    prompt.value = draft.prompt;
    music.checked = draft.model !== "audio";
    audio.checked = draft.model === "audio";
    this.#writeIdeas();
    loop.checked = draft.loop;
    seed.value = draft.seed;
    variations.value = String(draft.variations);
    more.open = draft.more;
    for (const name of SETTINGS) this.#field[name].value = String(draft[name] ?? "");
    for (const name of NAMED) this.#field[name].show(draft[name]);
    this.#writeAdvanced();
    this.#writeDuration();
    this.#writeCount();
    this.#showErrors({});
  }

  /** Ideas are for the model that is chosen. */
  #writeIdeas() {
    const shown = this.#field.ideas.firstElementChild;
    if (shown) shown.model = draft.model === "audio" ? "audio" : "music";
  }

  #writeAdvanced() {
    this.#field.advanced.hidden = !isAble(draft.model, "sampling");
    this.#writePicker(Boolean(draft.melody) || !isAble(draft.model, "melody"));
  }

  /** Few engines follow melodies: what picks one is fetched where one does. @param {boolean} hidden */
  async #writePicker(hidden) {
    const { picker } = this.#field;
    picker.hidden = hidden;
    if (hidden || picker.firstElementChild) return;
    const { melodyPicker } = await import("./melody-picker.js");
    picker.replaceChildren(melodyPicker((melody) => this.#follow(melody), this.signal));
  }

  #writeDuration() {
    const slider = this.#field.duration;
    const longest = this.#longest[draft.model === "audio" ? "audio" : "music"];
    draft.duration = Math.min(Math.max(1, draft.duration || BLANK.duration), longest);
    setAttribute(slider, "max", longest);
    // Whole seconds, except for the length of a sound that should be made again exactly.
    setAttribute(slider, "step", Number.isInteger(draft.duration) ? 1 : "any");
    slider.value = String(draft.duration);
    slider.style.setProperty("--part", String((draft.duration - 1) / (longest - 1)));
    setAttribute(slider, "aria-valuetext", tn(draft.duration, "{count} second", "{count} seconds"));
    setText(this.#seconds, length(draft.duration));
  }

  /** The prompts that are asked for: each line, or the whole text. */
  get #prompts() {
    const lines = linesOf(draft.prompt);
    return draft.each && lines.length > 1 ? lines : [draft.prompt.trim()];
  }

  #writeLines() {
    const { row, input, says } = this.#field.lines;
    const lines = linesOf(draft.prompt);
    row.hidden = lines.length < 2;
    input.checked = draft.each;
    setText(says, draft.each ? linesText(lines, draft.variations) : t("All lines describe one sound"));
  }

  #writeCount() {
    this.#writeLines();
    const characters = Math.max(...this.#prompts.map((prompt) => [...prompt].length));
    setText(this.#count, characters < COUNTED_FROM ? "" : t("{characters} of {most} characters", { characters, most: MOST_CHARACTERS }));
    this.#count.classList.toggle("over", characters > MOST_CHARACTERS);
  }

  /** Draft from form. */
  #read() {
    const { prompt, audio, duration, loop, seed, variations } = this.#field;
    const moved = duration.valueAsNumber !== draft.duration;
    draft.prompt = prompt.value;
    draft.model = audio.checked ? "audio" : "music";
    if (moved) draft.duration = Math.round(duration.valueAsNumber);
    draft.loop = loop.checked;
    draft.each = this.#field.lines.input.checked;
    draft.seed = seed.value.trim();
    draft.variations = variations.valueAsNumber;
    for (const name of SETTINGS) draft[name] = numberIn(this.#field[name]);
    this.#writeIdeas();
    this.#writeAdvanced();
    this.#writeDuration();
    this.#writeCount();
    this.#keep();
  }

  #keep() {
    remember("draft", draft, "session");
  }

  async #submit() {
    if (this.#sending) return;
    const errors = this.#check();
    this.#showErrors(errors);
    if (Object.keys(errors).length) return this.#focusFirst(errors);
    this.#setSending(true);
    const prompts = this.#prompts;
    const { sent, error } = await sendEach(prompts, (prompt, index) => {
      if (prompts.length > 1) setText(this.#sendLabel, t("Sending {number} of {all}", { number: index + 1, all: prompts.length }));
      return submit(wishOf({ ...draft, prompt }), newKey());
    });
    setText(this.#sendLabel, t("Generate"));
    this.#setSending(false);
    if (sent) this.dispatchEvent(new Event("asked"));
    if (sent && error) this.#keepRest(prompts.slice(sent), sent);
    if (error) this.#showServerError(error);
    else if (sent > 1) announce(tn(sent, "{count} prompt is in the queue.", "{count} prompts are in the queue."));
  }

  /** What did not come through stays in the form, and only that. @param {string[]} prompts @param {number} sent */
  #keepRest(prompts, sent) {
    draft.prompt = prompts.join("\n");
    this.#write();
    this.#keep();
    const all = sent + prompts.length;
    notify(tn(sent, "{count} prompt of {all} went through; the rest is still in the form.", "{count} prompts of {all} went through; the rest is still in the form.", { all }));
  }

  /** The button is not disabled meanwhile: that would take the focus from it. @param {boolean} sending */
  #setSending(sending) {
    this.#sending = sending;
    setAttribute(this.#send, "aria-disabled", sending ? "true" : null);
  }

  /** What can be known to be wrong without asking the server. */
  #check() {
    /** @type {Record<string, string>} */
    const errors = {};
    const prompts = this.#prompts;
    const wrong = prompts.length > 1 && linesError(prompts, draft.variations);
    if (wrong) errors.prompt = wrong;
    if (!draft.prompt.trim()) errors.prompt = t("Write a few words first, or let “Surprise me” do it.");
    if (draft.seed && !/^\d{1,10}$/.test(draft.seed)) errors.seed = t("A seed is a whole number from 0 to 2147483647.");
    if (!(draft.variations >= 1 && draft.variations <= MOST_VARIATIONS)) errors.variations = t("From 1 to {most}.", { most: MOST_VARIATIONS });
    return { ...errors, ...(isAble(draft.model, "sampling") && settingErrors(draft)) };
  }

  /** @param {import("../core/api.js").ApiError} error */
  #showServerError(error) {
    const fields = Object.fromEntries(Object.entries(error.fields).map(([name, text]) => [name, asSentence(`${name} ${text}`)]));
    const placed = Object.keys(fields).filter((name) => this.#form.querySelector(`#${name}-error`));
    this.#showErrors(fields);
    if (placed.length) this.#focusFirst(fields);
    else notify(error.message, "error");
  }

  /** @param {Record<string, string>} errors */
  #showErrors(errors) {
    for (const place of this.#form.querySelectorAll(".field-error")) {
      const name = place.id.replace("-error", "");
      setText(place, errors[name] ?? "");
      const input = this.#field[name];
      if (input instanceof Element) setAttribute(input, "aria-invalid", errors[name] ? "true" : null);
      const folded = place.closest("details");
      if (errors[name] && folded) folded.open = true;
    }
  }

  /** @param {Record<string, string>} errors */
  #focusFirst(errors) {
    const first = Object.keys(errors).find((name) => this.#field[name] instanceof Element);
    if (first) this.#field[first].focus();
  }
}

/** @param {string} name */
function errorOf(name) {
  return h("p", { class: "field-error", id: `${name}-error` });
}

/** @param {HTMLInputElement} input @returns {any} Null where there is none, which a draft can keep. */
function numberIn({ valueAsNumber }) {
  return Number.isNaN(valueAsNumber) ? null : valueAsNumber;
}

/**
 * The body of POST /generate.
 * @param {typeof draft} settings
 * @returns {any}
 */
function wishOf(settings) {
  const { prompt, model, duration, loop, seed, variations } = settings;
  return {
    prompt: prompt.trim(),
    model,
    duration,
    loop,
    ...(seed && { seed: Number(seed) }),
    ...(variations > 1 && { variations }),
    ...advancedWish(settings),
  };
}

define("sb-generate-form", GenerateForm);
