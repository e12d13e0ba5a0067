import pytest

from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.effects.scene import Scene, scene

from .effects import named


def families(made: Scene) -> list[str]:
    return [layer.family.name for layer in made.layers]


def only(prompt: str) -> Manner:
    (layer,) = scene(prompt).layers
    return layer.manner


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("rain and distant thunder", ["rain", "thunder"]),
        ("a dog barks while birds sing", ["dog", "birds"]),
        ("thunderstorm", ["rain", "thunder", "wind"]),
        ("ocean waves with seagulls", ["sea", "seagull"]),
        ("crackling campfire at night with crickets", ["fire", "crickets"]),
        ("alarm clock", ["alarm clock"]),
        ("a car door", ["door slam"]),
        ("fire truck siren", ["siren"]),
        ("steam train passing with a whistle", ["train"]),
        ("machine gun", ["machine gun"]),
        ("spaceship door", ["space door"]),
        ("breaking glass and a scream", ["glass", "scream"]),
        ("8-bit coin pickup", ["coin"]),
        ("a creaking wooden door", ["door"]),
        ("car on a wet road", ["car"]),
        ("footsteps in the forest", ["footsteps", "birds", "wind"]),
        ("FOOTSTEPS!!!", ["footsteps"]),
    ],
)
def test_the_sounds_of_a_prompt_are_found(prompt: str, names: list[str]) -> None:
    assert families(scene(prompt)) == names


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("Hundegebell in der Ferne", ["dog"]),
        ("starker Regen und Donner", ["rain", "thunder"]),
        ("lluvia fuerte con truenos", ["rain", "thunder"]),
        ("pluie légère et vent", ["rain", "wind"]),
        ("雨の音", ["rain"]),
        ("взрыв", ["explosion"]),
    ],
)
def test_other_languages_are_understood(prompt: str, names: list[str]) -> None:
    assert families(scene(prompt)) == names


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("rain, no thunder", ["rain"]),
        ("thunderstorm without rain", ["thunder", "wind"]),
        ("thunder but no rain", ["thunder"]),
        ("Regen ohne Donner", ["rain"]),
        ("no rain", []),
    ],
)
def test_what_is_refused_is_left_out(prompt: str, names: list[str]) -> None:
    assert families(scene(prompt)) == names


@pytest.mark.parametrize(
    ("prompt", "field", "value"),
    [
        ("heavy rain", "force", 0.8),
        ("light drizzle", "force", 0.25),
        ("torrential rain", "force", 1.0),
        ("fast footsteps", "speed", 1.5),
        ("slow heartbeat", "speed", 0.68),
        ("three knocks on the door", "count", 3),
        ("2 gunshots", "count", 2),
        ("a single click", "count", 1),
        ("double bark", "count", 2),
        ("8-bit coin", "count", None),
        ("alarm for 10 seconds", "count", None),
        ("deep bell", "pitch", 0.7),
        ("high-pitched beep", "pitch", 1.45),
        ("a dog barking far away", "distance", 1.0),
        ("thunder in the distance", "distance", 0.6),
        ("close-up thunder", "distance", -0.3),
        ("footsteps on gravel", "surface", "gravel"),
        ("rain on a tin roof", "surface", "metal"),
        ("walking in the snow", "surface", "snow"),
        ("rain on a car roof", "surface", "metal"),
        ("bells in a small town", "size", 1.0),
        ("a huge explosion", "size", 1.6),
        ("long scream", "length", 1.7),
    ],
)
def test_the_manner_of_a_sound_is_heard(prompt: str, field: str, value: object) -> None:
    assert getattr(only(prompt), field) == value


def test_big_things_sound_lower_and_small_ones_higher() -> None:
    assert (
        only("huge dog").pitch < only("big dog").pitch < 1 < only("small dog").pitch < only("tiny dog").pitch
    )


def test_words_belong_to_the_sound_they_stand_with() -> None:
    rain, thunder = scene("heavy rain and soft distant thunder").layers
    assert (rain.manner.force, rain.manner.distance) == (0.8, 0.0)
    assert (thunder.manner.force, thunder.manner.distance) == (0.25, 0.6)
    dog, bell = scene("a dog barking loudly in the distance with a small bell").layers
    assert (dog.manner.distance, dog.manner.size) == (0.6, 1.0)
    assert (bell.manner.distance, bell.manner.size) == (0.0, 0.72)


@pytest.mark.parametrize(
    ("prompt", "order"),
    [
        ("door opens then footsteps", {"door": 0, "footsteps": 1}),
        ("a scream followed by two gunshots", {"scream": 0, "gunshot": 1}),
        ("glass breaking after an explosion", {"glass": 1, "explosion": 0}),
        ("knock before a door opens", {"knock": 0, "door": 1}),
        ("door creaks, footsteps, then a gunshot", {"door": 0, "footsteps": 1, "gunshot": 2}),
        ("Tür, dann Schritte", {"door": 0, "footsteps": 1}),
        ("rain and thunder", {"rain": 0, "thunder": 0}),
    ],
)
def test_order_words_put_sounds_one_after_the_other(prompt: str, order: dict[str, int]) -> None:
    assert {layer.family.name: layer.step for layer in scene(prompt).layers} == order


def test_places_change_the_room() -> None:
    assert scene("drip in a cave").place.room_s > scene("drip in a small room").place.room_s
    assert scene("explosion underwater").place.highest_hz < 1000
    assert scene("voices, muffled").place.highest_hz < 1000
    assert scene("gunshot without reverb").place.wet == 0


@pytest.mark.parametrize(
    "prompt", ["rain " * 100, "then then and after", "no no no", "and", "😀", "一二三", "\n\t", "%s{}"]
)
def test_strange_prompts_are_scenes_too(prompt: str) -> None:
    assert named(prompt)


def test_a_crowd_of_sounds_is_limited_to_the_first_few() -> None:
    assert families(scene("rain, fire, a bell, a cat, a cow, a duck, an owl, a train and a plane")) == [
        "rain", "fire", "bell", "cat", "cow", "duck",
    ]  # fmt: skip
