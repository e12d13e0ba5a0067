"""What axe finds wrong with the page, in the look that it has, or in several."""

from itertools import product
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.visitor import Visitor

THEMES = ("light", "dark")
CONTRASTS = ("usual", "more")
ACCENTS = ("petrol", "plum", "moss")
WIDTHS = (1280, 390)

_STILL = "() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"
_CONTRAST_IN_LOOKS = """async (looks) => {
  const root = document.documentElement;
  const before = ["theme", "contrast", "accent"].map((name) => [name, root.dataset[name]]);
  const wear = (look) => {
    for (const [name, value] of look) {
      if (value && value !== "usual") root.dataset[name] = value;
      else delete root.dataset[name];
    }
    document.dispatchEvent(new Event("themechange"));
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
  const colours = () => new Map([...document.querySelectorAll("body *")].map((element) => {
    const { color, textShadow, opacity, backgroundColor, backgroundImage } = getComputedStyle(element);
    return [element, { front: [color, textShadow, opacity].join(), back: backgroundColor + backgroundImage }];
  }));
  const changed = (since) => [...colours()].flatMap(([element, { front, back }]) => {
    const old = since.get(element);
    if (!old || old.back !== back) return [element.parentElement];  // what lies upon it as well
    return old.front === front ? [] : [element];
  });
  const found = [];
  let first = null;
  for (const [theme, contrast, accent] of looks) {
    await wear([["theme", theme], ["contrast", contrast], ["accent", accent]]);
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    if (accent === looks[0][2]) first = colours();
    const include = accent === looks[0][2] ? [document] : [...new Set(changed(first))];
    if (!include.length) continue;
    const only = { runOnly: ["color-contrast"], resultTypes: ["violations"] };
    const { violations } = await axe.run({ include }, only);
    for (const { nodes } of violations) found.push([`${theme} ${contrast} ${accent}`, nodes[0]]);
  }
  await wear(before);
  return found;
}"""


def violations(visitor: Visitor) -> list[str]:
    """What axe finds wrong, as the rule and the first element that breaks it, once nothing loads or fades."""
    visitor.page.wait_for_function("() => !document.querySelector('[aria-busy]')")
    visitor.page.evaluate(_STILL)
    found: list[dict[str, Any]] = Axe().run(visitor.page).response["violations"]
    return [_line(rule["id"], rule["nodes"][0]) for rule in found]


def violations_in_looks(visitor: Visitor) -> dict[str, list[str]]:
    """What axe finds wrong on a phone and on a desktop, in every theme, contrast and accent.

    What is not of colours is the same in all of them, and looked for once at each width; of accents but the
    first one only what has another colour than in that.
    """
    looks = list(product(THEMES, CONTRASTS, ACCENTS))
    size = visitor.page.viewport_size
    found = {}
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 844})
        found[f"at {width}"] = violations(visitor)
        for look, node in visitor.page.evaluate(_CONTRAST_IN_LOOKS, looks):
            found.setdefault(f"at {width} in {look}", []).append(_line("color-contrast", node))
    if size:
        visitor.page.set_viewport_size(size)
    return {look: wrong for look, wrong in found.items() if wrong}


def _line(rule: str, node: dict[str, Any]) -> str:
    return f"{rule}: {node['html']} {node['failureSummary']}"
