import pytest

from services.generator.engines.synth.music.genres.catalogue import GENRES
from services.generator.engines.synth.music.plan import MusicPlan, plan


def voices(made: MusicPlan) -> set[str]:
    return {part.voice for part in made.parts}


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("calm piano, 80 bpm", 80),
        ("techno 140BPM", 140),
        ("jazz, tempo 95", 95),
        ("BPM: 101 funk", 101),
        ("120.5 bpm house", 120.5),
        ("rock at 999 beats per minute", 220),
        ("strings, adagio", 70),
        ("ALLEGRO march", 132),
    ],
)
def test_a_written_tempo_is_taken_as_it_is_within_what_can_be_felt(prompt: str, bpm: float) -> None:
    made = plan(prompt, 1)
    assert (made.bpm, made.bpm_given) == (bpm, True)


def test_slow_and_fast_move_the_tempo_of_the_genre() -> None:
    for seed in range(5):
        assert plan("slow funk", seed).bpm < GENRES["funk"].bpm[0]
        assert plan("fast reggae", seed).bpm > plan("slow reggae", seed).bpm


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("in D minor", "D minor"),
        ("lo-fi hip hop in d minor", "D minor"),
        ("C major", "C major"),
        ("F# dorian funk", "F# dorian"),
        ("A minor pentatonic flute", "A minor pentatonic"),
        ("E flat major waltz", "Eb major"),
        ("string quartet in B-flat", "Bb"),
        ("techno, Am", "A minor"),
        ("F#m house", "F# minor"),
        ("key of G, folk", "G"),
        ("klavier in d-moll", "D minor"),
        ("C-Dur", "C major"),
        ("G mixolydian rock", "G mixolydian"),
        ("B phrygian metal", "B phrygian"),
    ],
)
def test_a_written_key_is_obeyed(prompt: str, key: str) -> None:
    label = plan(prompt, 4).key.label
    assert label == key or label.startswith(f"{key} ")


def test_the_article_before_a_mode_is_not_a_key() -> None:
    tonics = {plan("a happy song in a minor key", seed).key.tonic for seed in range(8)}
    assert len(tonics) > 1
    assert all(plan("a song in a minor key", seed).key.minor for seed in range(8))


def test_every_genre_is_found_by_each_of_its_names() -> None:
    for genre in GENRES.values():
        for word in genre.words:
            if not word.startswith("~"):
                assert plan(word, 1).genre.name == genre.name, word


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("Lo-Fi beats", "lo-fi"),
        ("lofi", "lo-fi"),
        ("lo fi", "lo-fi"),
        ("drum'n'bass", "drum and bass"),
        ("DnB", "drum and bass"),
        ("8-bit video game", "chiptune"),
        ("hip-hop", "hip-hop"),
        ("bossa-nova", "bossa nova"),
        ("something for a battle with a dragon", "orchestral"),
        ("gym workout", "house"),
        ("a solo banjo", "country"),
    ],
)
def test_spellings_scenes_and_instruments_lead_to_a_genre(prompt: str, genre: str) -> None:
    assert plan(prompt, 3).genre.name == genre


def test_a_second_genre_colours_the_last_named() -> None:
    plain, coloured = plan("house", 2), plan("jazz house", 2)
    assert coloured.genre.name == "house"
    assert coloured.progressions != plain.progressions


@pytest.mark.parametrize(
    ("prompt", "voice"),
    [
        ("pop with piano", "piano"),
        ("jazz with a violin", "violin"),
        ("house with flutes", "flute"),
        ("ambient music and a Rhodes", "electric piano"),
        ("folk, banjo", "banjo"),
        ("techno with 303", "acid bass"),
        ("orchestra and choir", "choir"),
        ("rock with saxophone solo", "saxophone"),
    ],
)
def test_named_instruments_play(prompt: str, voice: str) -> None:
    assert all(voice in voices(plan(prompt, seed)) for seed in range(4))


def test_a_named_kit_is_used() -> None:
    assert plan("house with 808 drums", 1).ensemble.kit == "808"
    assert plan("jazz with brushes", 1).ensemble.kit == "brushes"


@pytest.mark.parametrize(
    "prompt", ["rock, no drums", "rock without drums", "drumless rock", "no beat, rock", "rock ohne drums"]
)
def test_refused_drums_stay_away(prompt: str) -> None:
    made = plan(prompt, 1)
    assert made.genre.name == "rock"
    assert not made.ensemble.kit


def test_refused_roles_and_instruments_stay_away() -> None:
    made = plan("funk without bass or drums, with organ", 1)
    assert not made.ensemble.kit
    assert "bass" not in {part.role for part in made.parts}
    assert "organ" in voices(made)
    for seed in range(6):
        assert not any("guitar" in voice for voice in voices(plan("rock without guitars", seed)))
        assert "piano" not in voices(plan("jazz, no piano", seed))


def test_what_is_refused_names_no_genre_and_no_mood() -> None:
    assert plan("house, not jazz", 1).genre.name == "house"
    assert plan("calm piano, no rain", 1).textures == ()


@pytest.mark.parametrize("prompt", ["solo piano", "just piano", "piano only, sad"])
def test_a_soloist_plays_alone(prompt: str) -> None:
    made = plan(prompt, 1)
    assert voices(made) == {"piano"}
    assert not made.ensemble.kit


def test_drums_alone_have_no_other_players() -> None:
    made = plan("drum loop, 100 bpm", 1)
    assert made.ensemble.kit
    assert not made.parts


def test_weather_in_a_prompt_lies_beneath_the_music() -> None:
    made = plan("calm piano over soft rain", 1)
    assert made.genre.name == "piano"
    assert made.textures == ("rain",)


def test_moods_move_mode_tone_and_tempo() -> None:
    for seed in range(6):
        sad, happy = plan("sad pop", seed), plan("happy pop", seed)
        assert sad.key.minor
        assert not happy.key.minor
        assert sad.bpm < happy.bpm
        assert sad.bright < happy.bright
        assert plan("dreamy pop", seed).wet > plan("pop", seed).wet


def test_seeds_draw_different_music_for_the_same_words() -> None:
    drawn = {(made.key, made.bpm, made.parts) for made in (plan("ambient", seed) for seed in range(8))}
    assert len(drawn) >= 7


def test_the_same_words_and_seed_make_the_same_plan() -> None:
    assert plan("Happy Pop", 5) == plan("happy  pop", 5)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        " ",
        "\x00\n\t",
        "🎵🔥",
        "((((",
        "[a-z]+\\d{3}$",
        "' OR 1=1 --",
        "no no no without",
        "ア" * 500,
        "bpm bpm 0 bpm 00 bpm",
        "in in in A# # b",
        "a" * 500,
        "音楽、ピアノ",
        "без барабанов",
        "solo only just",
        "no drums no bass no melody no chords no pads",
    ],
)
def test_any_text_gives_a_plan_with_somebody_to_play(prompt: str) -> None:
    made = plan(prompt, 0)
    assert made.parts or made.ensemble.kit
    assert 40 <= made.bpm <= 220
