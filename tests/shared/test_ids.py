"""Derived identifiers are UUIDv5 (RFC 9562), the same for ever: logs and names of files hold them."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shared.messages.ids import derived_id, is_id, new_id, seed_from

_NAMESPACE = uuid.UUID("6b1f3c1e-7a55-5d0c-9d0e-5b6a2f0e9c11")
text = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(text | st.integers(), min_size=1))
def test_a_derived_id_is_the_standards(parts: list[str | int]) -> None:
    assert derived_id(*parts) == str(uuid.uuid5(_NAMESPACE, "\x1f".join(map(str, parts))))
    assert is_id(derived_id(*parts))


def test_derived_ids_and_seeds_are_those_of_logs_that_exist() -> None:
    assert derived_id("seen", "a") == "cc9fd87c-a8fb-5207-aa39-b410570851dc"
    assert seed_from("a", 1) == 966361913


def test_later_ids_sort_behind_earlier_ones() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert all(map(is_id, made))
    assert len(set(made)) == 1000
