"""Commands are untrusted: every problem is named with its field, and nothing strange gets through."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MessageError
from shared.messages.command import decode_object, parse
from shared.messages.commands import CancelJob, SubmitJob, check, clean_prompt
from shared.messages.job import Sampling
from shared.settings import Settings

JOB_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def problems(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(MessageError) as caught:
        parse(SubmitJob, data)
    return caught.value.problems


def test_a_bare_prompt_is_eight_seconds_of_music() -> None:
    command = parse(SubmitJob, {"prompt": "  calm piano  "})
    assert command == SubmitJob(prompt="calm piano", model="music", duration_s=8.0, loop=False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, [("prompt", "is missing")]),
        ({"prompt": "ab"}, [("prompt", "must have 3 to 500 characters after trimming, got 2")]),
        ({"prompt": "a" * 501}, [("prompt", "must have 3 to 500 characters after trimming, got 501")]),
        ({"prompt": 5}, [("prompt", "must be a valid string, got 5")]),
        ({"prompt": "abc", "duration_s": "7"}, [("duration_s", 'must be a valid number, got "7"')]),
        ({"prompt": "abc", "duration_s": True}, [("duration_s", "must be a valid number, got true")]),
        ({"prompt": "abc", "loop": 1}, [("loop", "must be a valid boolean, got 1")]),
        ({"prompt": "abc", "seed": 1.5}, [("seed", "must be a valid integer, got 1.5")]),
        ({"prompt": "abc", "seed": -1}, [("seed", "must be greater than or equal to 0, got -1")]),
        ({"prompt": "abc", "model": "speech"}, [("model", "must be 'music' or 'audio', got \"speech\"")]),
        ({"prompt": "abc", "volume": 3}, [("volume", "is not a known field")]),
        ({"prompt": "abc", "cfg_coef": 10.1}, [("cfg_coef", "must be less than or equal to 10, got 10.1")]),
        ({"prompt": "abc", "cfg_coef": -1}, [("cfg_coef", "must be greater than or equal to 0, got -1")]),
        ({"prompt": "abc", "cfg_coef": "3"}, [("cfg_coef", 'must be a valid number, got "3"')]),
        ({"prompt": "abc", "cfg_coef": None}, [("cfg_coef", "must be a valid number, got null")]),
        (
            {"prompt": "abc", "temperature": 0},
            [("temperature", "must be greater than or equal to 0.01, got 0")],
        ),
        (
            {"prompt": "abc", "temperature": 2.1},
            [("temperature", "must be less than or equal to 2, got 2.1")],
        ),
        ({"prompt": "abc", "temperature": True}, [("temperature", "must be a valid number, got true")]),
        ({"prompt": "abc", "top_k": -1}, [("top_k", "must be greater than or equal to 0, got -1")]),
        ({"prompt": "abc", "top_k": 2049}, [("top_k", "must be less than or equal to 2048, got 2049")]),
        ({"prompt": "abc", "top_k": 1.0}, [("top_k", "must be a valid integer, got 1.0")]),
        ({"prompt": "abc", "top_p": -0.1}, [("top_p", "must be greater than or equal to 0, got -0.1")]),
        ({"prompt": "abc", "top_p": 1.1}, [("top_p", "must be less than or equal to 1, got 1.1")]),
        (
            {"prompt": "abc", "melody": "../key"},
            [("melody", 'must be the id of a melody, 64 hexadecimal digits in lower case, got "../key"')],
        ),
    ],
)
def test_what_is_wrong_is_named_with_field_and_value(data: dict[str, Any], expected: object) -> None:
    assert problems(data) == expected


def test_every_problem_is_named_at_once() -> None:
    assert [field for field, _ in problems({"prompt": 1, "loop": "no", "x": 1})] == ["prompt", "loop", "x"]


@pytest.mark.parametrize("field", ["cfg_coef", "temperature", "top_p"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_sets_nothing(field: str, number: float) -> None:
    assert [name for name, _ in problems({"prompt": "abc", field: number})] == [field]


@pytest.mark.parametrize(
    ("given", "sampling"),
    [
        ({}, Sampling(cfg_coef=3.0, temperature=1.0, top_k=250, top_p=0.0)),
        ({"cfg_coef": 0, "top_k": 0}, Sampling(cfg_coef=0.0, top_k=0)),
        (
            {"cfg_coef": 10, "temperature": 2, "top_k": 2048, "top_p": 1},
            Sampling(cfg_coef=10.0, temperature=2.0, top_k=2048, top_p=1.0),
        ),
        ({"temperature": 0.01, "top_p": 0.9}, Sampling(temperature=0.01, top_p=0.9)),
    ],
)
def test_what_is_not_said_about_drawing_tokens_is_as_musicgen_has_it(
    given: dict[str, float], sampling: Sampling
) -> None:
    assert parse(SubmitJob, {"prompt": "abc", **given}).sampling == sampling


@pytest.mark.parametrize("track", ["1", JOB_ID.upper(), "../" + JOB_ID, JOB_ID + "\n", 5])
def test_a_track_to_continue_is_named_by_its_id(track: object) -> None:
    assert parse(SubmitJob, {"prompt": "abc", "extend": JOB_ID}).extend == JOB_ID
    assert [field for field, _ in problems({"prompt": "abc", "extend": track})] == ["extend"]


@pytest.mark.parametrize("melody", ["a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 64 + ".wav", 5])
def test_a_melody_is_named_by_its_id(melody: object) -> None:
    assert parse(SubmitJob, {"prompt": "abc", "melody": "a" * 64}).melody == "a" * 64
    assert [field for field, _ in problems({"prompt": "abc", "melody": melody})] == ["melody"]


def test_an_effect_follows_no_melody_and_everything_that_does_not_fit_is_said() -> None:
    data = {"prompt": "abc", "model": "audio", "duration_s": 31, "melody": "a" * 64}
    with pytest.raises(MessageError) as caught:
        check(parse(SubmitJob, data), Settings())
    assert caught.value.problems == [
        ("duration_s", "must be 1 to 30 for audio, got 31"),
        ("melody", "can be followed by music only, and model is audio"),
    ]
    check(parse(SubmitJob, {**data, "model": "music"}), Settings())


def test_a_job_id_must_be_a_uuid_in_lower_case() -> None:
    assert parse(SubmitJob, {"prompt": "abc", "job_id": JOB_ID}).job_id == JOB_ID
    (problem,) = problems({"prompt": "abc", "job_id": JOB_ID.upper()})
    assert problem[0] == "job_id"


def test_a_wrong_token_is_never_shown() -> None:
    assert "secret" not in str(problems({"prompt": "abc", "token": ["secret"]}))


def test_a_token_is_not_part_of_what_a_command_prints() -> None:
    assert "secret" not in repr(parse(SubmitJob, {"prompt": "abc", "token": "secret"}))


@pytest.mark.parametrize(("model", "most"), [("music", 120), ("audio", 30)])
def test_each_model_has_its_longest_duration(model: str, most: float) -> None:
    check(parse(SubmitJob, {"prompt": "abc", "model": model, "duration_s": most}), Settings())
    for duration_s in (0.99, most + 0.01):
        command = parse(SubmitJob, {"prompt": "abc", "model": model, "duration_s": duration_s})
        with pytest.raises(MessageError) as caught:
            check(command, Settings())
        assert caught.value.problems == [
            ("duration_s", f"must be 1 to {most} for {model}, got {duration_s:g}")
        ]


def test_white_space_and_control_characters_become_single_spaces() -> None:
    assert clean_prompt("\train\r\n on\x00a\u2028 roof ") == "rain on a roof"


def test_accents_are_composed_so_that_equal_prompts_are_equal() -> None:
    assert clean_prompt("cafe\u0301") == "café"


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(ValueError, match="valid Unicode"):
        clean_prompt("rain \ud800")


@given(st.text())
def test_whatever_the_prompt_it_is_clean_or_refused(text: str) -> None:
    try:
        cleaned = clean_prompt(text)
    except ValueError:
        return
    assert 3 <= len(cleaned) <= 500
    assert clean_prompt(cleaned) == cleaned
    assert cleaned.encode()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 60_000, b" " * 70_000],
    ids=["empty", "broken", "list", "text", "not utf-8", "key twice", "NaN", "deep", "large"],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        decode_object(body)


def test_cancel_needs_a_job_id() -> None:
    with pytest.raises(MessageError, match="job_id: is missing"):
        parse(CancelJob, {})


def test_an_object_is_read_back_as_it_was_sent() -> None:
    assert decode_object(json.dumps({"prompt": "pluie d’été"}).encode()) == {"prompt": "pluie d’été"}


def test_half_a_surrogate_pair_is_told_in_a_sentence_that_can_be_sent() -> None:
    ((field, sentence),) = problems({"prompt": "rain", "model": "\ud800"})
    assert field == "model"
    assert sentence.encode().decode().endswith(r'got "\ud800"')


def test_a_field_name_of_any_length_is_told_in_sixty_characters() -> None:
    ((field, sentence),) = problems({"prompt": "rain", "x" * 50_000: 1})
    assert (field, sentence) == ("x" * 57 + "…", "is not a known field")
