"""Listening for long: blends without a dip, lists without a gap, pictures, the sleep timer, and no leak."""

import math
import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("waltzes")

_SAMPLE = """() => {
  const seen = (window.samples = []);
  const elements = [...document.querySelectorAll("audio")];
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const buffer = new Float32Array(analyser.fftSize);
  const tapped = new Set();
  setInterval(() => {
    for (const audio of elements) {
      if (audio.paused || tapped.has(audio.src)) continue;
      tapped.add(audio.src);
      context.createMediaStreamSource(audio.captureStream()).connect(analyser);
    }
    analyser.getFloatTimeDomainData(buffer);
    seen.push({
      level: Math.hypot(...buffer),
      elements: elements.map(({ src, volume, currentTime, paused }) => (
        { id: src.split("/").at(-1).split(".")[0], volume, currentTime, paused })),
    });
  }, 10);
}"""

_HANDOVERS = """() => {
  const [one, other] = document.querySelectorAll("audio");
  const seen = (window.handovers = []);
  for (const [audio, next] of [[one, other], [other, one]]) {
    audio.addEventListener("ended", () => {
      const was = { ready: next.readyState, src: next.src, begun: !next.paused };
      const start = performance.now();
      seen.push(was);
      next.addEventListener("timeupdate", () => { was.gap_ms ??= performance.now() - start; });
    });
  }
}"""

_PIXELS = """(canvas) => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let hash = 0, drawn = 0;
  for (let n = 0; n < data.length; n += 4) {
    if (data[n + 3]) drawn += 1;
    hash = (hash * 31 + data[n] + 7 * data[n + 1] + 13 * data[n + 2] + 17 * data[n + 3]) | 0;
  }
  return [drawn, hash];
}"""


def pixels(visitor: Visitor, canvas: str) -> tuple[int, int]:
    """How many pixels of a canvas are drawn, and what they are."""
    drawn, content = visitor.page.locator(canvas).evaluate(_PIXELS)
    return drawn, content


def gain(sound_box: SoundBox, track_id: str) -> float:
    """What a station turns a sound down by: to -16 LUFS, never up."""
    loudness: float = sound_box.client.get(f"/api/library/{track_id}").json()["loudness_lufs"]
    return float(min(1.0, 10 ** ((-16 - loudness) / 20)))


def test_a_blend_has_equal_power_in_both_sounds_made_equally_loud(
    visitor: Visitor, sound_box: SoundBox
) -> None:
    visitor.tune_in("waltz")
    visitor.hears()
    visitor.page.get_by_label("Blend").fill("12")
    expect(visitor.page.get_by_label("Blend")).to_have_attribute("aria-valuetext", "12 seconds")
    visitor.page.evaluate(_SAMPLE)
    visitor.page.wait_for_function(
        "() => samples.filter(({ elements: [a, b] }) => !a.paused && !b.paused).length > 30"
    )
    samples = visitor.page.evaluate("samples")
    both = [one["elements"] for one in samples if not any(audio["paused"] for audio in one["elements"])]

    gains = {audio["id"]: gain(sound_box, audio["id"]) for pair in both for audio in pair}
    assert all(0 < value < 1 for value in gains.values())  # music is levelled to -14 LUFS
    shares = [[audio["volume"] / (0.8 * gains[audio["id"]]) for audio in pair] for pair in both]
    assert all(math.hypot(*pair) == pytest.approx(1, abs=1e-3) for pair in shares)
    assert min(min(pair) for pair in shares) < 0.4 < 0.6 < min(max(pair) for pair in shares)
    for place in (0, 1):  # both are heard while they blend
        first_id = both[0][place]["id"]
        times = [pair[place]["currentTime"] for pair in both if pair[place]["id"] == first_id]
        assert times == sorted(times)
        assert len(set(times)) > 5
    assert max(one["level"] for one in samples) > 0.1

    visitor.page.reload()  # what was chosen is remembered
    visitor.page.get_by_role("button", name="Tune in", exact=True).click()
    expect(visitor.page.get_by_label("Blend")).to_have_value("12")
    visitor.page.get_by_label("Blend").fill("0")
    expect(visitor.page.get_by_text("Off").locator("visible=true").first).to_be_visible()
    visitor.page.evaluate(_SAMPLE)
    title = visitor.player.get_by_role("link")
    was = title.inner_text()
    expect(title).not_to_have_text(was)
    visitor.hears()
    pairs = [one["elements"] for one in visitor.page.evaluate("samples")]
    assert not any(not a["paused"] and not b["paused"] and 0 < b["currentTime"] < 1.5 for a, b in pairs)


def test_the_next_sound_of_a_list_is_there_before_the_last_one_ends(visitor: Visitor) -> None:
    visitor.open("/library?q=waltz")
    visitor.page.evaluate(_HANDOVERS)
    visitor.page.get_by_role("button", name=re.compile("^Play “waltz")).first.click()
    visitor.page.wait_for_function("() => handovers.filter(({ gap_ms }) => gap_ms).length === 2")
    handovers = visitor.page.evaluate("handovers")
    assert [one["ready"] for one in handovers[:2]] == [4, 4]  # HAVE_ENOUGH_DATA
    assert len({one["src"] for one in handovers[:2]}) == 2


def test_pictures_move_with_the_sound_and_stand_still_with_it(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(reduced_motion="no-preference")
    visitor.open("/radio")
    for _ in range(20):  # from the top of the page, with keys alone
        visitor.page.keyboard.press("Tab")
        if visitor.focused() == "Tune in":
            break
    visitor.page.keyboard.press("Enter")
    visitor.hears()
    expect(visitor.page.get_by_role("button", name="Pause").first).to_be_focused()
    choice = visitor.page.get_by_label("Picture")
    canvas = "sb-now-playing sb-visualiser canvas"
    for kind in ("Bars", "Wave", "Circle", "Particles", "River"):
        choice.select_option(kind)
        seen = set()
        for _ in range(60):
            seen.add(pixels(visitor, canvas))
            if len(seen) > 3:
                break
        assert len(seen) > 3, kind
        assert max(drawn for drawn, _ in seen) > 100, kind

    visitor.page.get_by_role("button", name="Pause").first.click()
    visitor.hears_nothing()
    still = pixels(visitor, canvas)
    visitor.page.wait_for_timeout(100)  # six frames
    assert pixels(visitor, canvas) == still

    visitor.page.reload()
    visitor.page.get_by_role("button", name="Tune in", exact=True).click()
    expect(choice).to_have_value("river")
    visitor.hears()
    visitor.page.get_by_role("heading", level=1).focus()
    visitor.page.keyboard.press("f")
    theatre = visitor.page.get_by_role("dialog", name="Now playing, full screen")
    expect(theatre.get_by_label("Picture")).to_have_value("river")
    visitor.page.wait_for_function("() => document.fullscreenElement !== null")
    assert visitor.focused() == "Pause"
    visitor.page.keyboard.press("Space")
    visitor.hears_nothing()
    visitor.page.keyboard.press("f")
    expect(theatre).to_be_hidden()
    visitor.page.wait_for_function("() => document.fullscreenElement === null")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()


def test_with_less_motion_a_picture_stands_still_while_its_sound_plays(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    visitor.page.evaluate(
        "() => { const ask = requestAnimationFrame; window.asked = 0;"
        " window.requestAnimationFrame = (...all) => (asked++, ask(...all)); }"
    )
    visitor.page.get_by_label("Picture").select_option("Circle")
    visitor.page.wait_for_function(
        "() => { const canvas = document.querySelector('sb-visualiser canvas');"
        f" return canvas && ({_PIXELS})(canvas)[0] > 100; }}"
    )
    visitor.player.get_by_role("button", name="Repeat this sound").click()
    visitor.hears()
    looks = [(visitor.position(), pixels(visitor, "sb-now-playing sb-visualiser canvas")) for _ in range(12)]
    assert len({position for position, _ in looks}) > 5
    assert len({still for _, still in looks}) == 1
    assert visitor.page.evaluate("asked") == 0
    covers = pixels(visitor, "sb-now-playing .cover canvas")
    assert covers[0] == 320 * 320
    artwork = "navigator.mediaSession.metadata?.artwork[0]?.src"
    visitor.page.wait_for_function(f"() => {artwork}?.startsWith('blob:')")


def test_a_dislike_skips_and_the_station_plays_it_to_that_listener_no_more(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    stage = visitor.page.get_by_role("region", name="Now playing")
    expect(stage.get_by_role("heading")).to_have_text(re.compile("waltz for"))
    visitor.page.keyboard.press("m")
    disliked = stage.get_by_role("heading").inner_text()
    with visitor.page.expect_response(re.compile(r"/vote$")):
        stage.get_by_role("button", name=f"Dislike “{disliked}”").press("Enter")
    expect(stage.get_by_role("heading")).not_to_have_text(disliked)
    expect(visitor.page.get_by_role("status")).to_contain_text("Skipped")
    heard = visitor.page.get_by_role("region", name="Heard").get_by_role("button")
    expect(heard.first).to_contain_text(disliked)
    expect(visitor.page.get_by_role("region", name="Up next")).not_to_contain_text(disliked)
    for _ in range(2):
        told = visitor.page.request.get(f"{visitor.url}/api/radio/next?search=waltz&count=50").json()
        assert disliked not in {track["prompt"] for track in told["tracks"]}
        assert len(told["tracks"]) == 2

    heard.first.click()  # it can be heard again by those who ask for it, and taken back
    expect(stage.get_by_role("heading")).to_have_text(disliked)
    with visitor.page.expect_response(re.compile(r"/vote$")):
        stage.get_by_role("button", name=f"Dislike “{disliked}”").click()
    likes = stage.get_by_role("button", name=re.compile("^Like "))
    with visitor.page.expect_response(re.compile(r"/api/radio/next")):
        likes.click()


def test_the_sleep_timer_fades_out_and_stops_and_can_be_called_off(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.tune_in("waltz")
    visitor.hears()
    timer = visitor.page.get_by_label("Sleep timer")
    timer.select_option("15 minutes")
    expect(visitor.page.get_by_role("timer")).to_have_text(re.compile("1[45]:"))
    expect(visitor.player).to_contain_text("stops in 15 minutes")
    visitor.page.clock.fast_forward(14 * 60_000 + 40_000)
    visitor.page.get_by_role("button", name="Stay awake").click()
    expect(timer).to_be_focused()
    expect(visitor.player).not_to_contain_text("stops in")

    timer.select_option("15 minutes")
    loudest = "Math.max(...[...document.querySelectorAll('audio')].map(({ volume }) => volume))"
    full = visitor.page.evaluate(loudest)
    visitor.page.clock.fast_forward(14 * 60_000 + 56_000)
    visitor.page.wait_for_function(f"() => 0 < {loudest} && {loudest} < 0.8 * {full}")
    visitor.page.clock.fast_forward(5_000)
    visitor.hears_nothing()
    expect(timer).to_have_value("")

    visitor.page.get_by_role("button", name="Play", exact=True).first.click()
    visitor.hears()
    timer.select_option("End of this sound")
    expect(visitor.player).to_contain_text("stops after this")
    playing = visitor.player.get_by_role("link").inner_text()
    visitor.hears_nothing()
    expect(visitor.player.get_by_role("link")).to_have_text(playing)
    expect(timer).to_have_value("")


def footprint(session: CDPSession) -> dict[str, float]:
    """What the page holds after its garbage was collected."""
    session.send("HeapProfiler.collectGarbage")
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    kept = ("JSHeapUsedSize", "Nodes", "JSEventListeners")
    return {one["name"]: one["value"] for one in metrics if one["name"] in kept}


@pytest.mark.usefixtures("harps")
def test_an_hour_of_radio_leaves_nothing_behind(new_visitor: NewVisitor) -> None:
    """An hour is 120 sounds of half a minute; here they last two seconds, and are played 16 times as fast."""
    visitor = new_visitor(reduced_motion="no-preference")
    visitor.open("/radio")
    elements = "document.querySelectorAll('audio')"
    visitor.page.evaluate(f"for (const audio of {elements}) audio.defaultPlaybackRate = 16")
    visitor.page.evaluate(
        """async () => {
          const { player } = await import("/static/js/player/player.js");
          window.played = 0;
          let last = null;
          player.addEventListener("change", () => {
            if (player.track && player.track !== last) played += 1;
            last = player.track;
          });
          // Two of three are skipped as soon as they are heard.
          player.addEventListener("time", () => played % 3 && player.position > 0 && player.next());
        }"""
    )
    visitor.page.get_by_role("region", name="Stations by kind").get_by_role("button", name="Harp").click()
    visitor.page.get_by_label("Picture").select_option("Bars")
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Performance.enable")
    visitor.page.wait_for_function("() => played >= 60", timeout=30_000)  # its lists are full from here on
    before = footprint(session)
    visitor.page.wait_for_function("() => played >= 120", timeout=60_000)

    def is_as_small() -> bool:
        after = footprint(session)  # what is let go of is collected in more than one turn
        assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1_000_000
        assert after["Nodes"] <= before["Nodes"] + 60
        assert after["JSEventListeners"] <= before["JSEventListeners"] + 10
        return True

    visitor.page.get_by_role("button", name="Pause").first.click()
    eventually(is_as_small)
