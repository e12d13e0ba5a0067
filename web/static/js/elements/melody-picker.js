/** Where somebody chooses a file with a melody for music to follow. */
import { h } from "../core/dom.js";
import { request } from "../core/api.js";
import { t } from "../core/words.js";

/**
 * @param {(melody: string) => void} picked  Gets the melody's id.
 * @param {AbortSignal} signal
 */
export function melodyPicker(picked, signal) {
  const file = h("input", { id: "melody-file", type: "file", accept: "audio/*,.wav,.flac,.ogg,.mp3", "aria-describedby": "melody-file-says melody-file-error" });
  const says = h("p", { class: "says", id: "melody-file-says" }, t("Hummed, whistled or played: 1 to 60 s as WAV, FLAC, Ogg or MP3"));
  const error = h("p", { class: "field-error", id: "melody-file-error" });
  const send = async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    error.textContent = "";
    try {
      const headers = { "Content-Type": chosen.type.startsWith("audio/") ? chosen.type : "audio/wav" };
      picked((await request("/api/melodies", { method: "POST", body: chosen, headers, signal })).melody);
    } catch (/** @type {any} */ problem) {
      if (!signal.aborted) error.textContent = problem.message;
    }
    file.value = "";
  };
  file.addEventListener("change", send, { signal });
  return h("div", { class: "field" }, h("label", { for: "melody-file" }, t("Follow a melody")), file, says, error);
}
