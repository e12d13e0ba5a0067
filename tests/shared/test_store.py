"""One contract, two stores: a folder, and an S3 bucket served on loopback."""

import concurrent.futures
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import SettingsError, StoreError
from shared.settings import Settings, load
from shared.store import Store, open_store
from tests import bucket


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    with bucket.served() as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(Settings(data=tmp_path))
    endpoint = request.getfixturevalue("s3_endpoint")
    return open_store(load(bucket.variables(endpoint, tmp_path.name)))


def test_what_was_put_is_read(store: Store) -> None:
    store.put("a/b.wav", b"sound")
    assert store.read("a/b.wav") == b"sound"
    assert store.size("a/b.wav") == 5


def test_a_file_is_put_as_its_content(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "take"
    path.write_bytes(b"x" * 100_000)
    assert store.put_once("a/take.wav", path)
    assert store.read("a/take.wav") == path.read_bytes()


def test_put_once_keeps_the_first_content(store: Store) -> None:
    assert store.put_once("k", b"first") is True
    assert store.put_once("k", b"second") is False
    assert store.read("k") == b"first"


def test_of_many_writers_exactly_one_wins(store: Store) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: store.put_once("race", str(number).encode()), range(8)))
    assert won.count(True) == 1
    assert store.read("race") == str(won.index(True)).encode()


def test_a_missing_object_is_a_key_error(store: Store) -> None:
    with pytest.raises(KeyError, match="nothing"):
        store.read("nothing")
    with pytest.raises(KeyError):
        store.read_range("nothing", 0, 1)
    assert store.size("nothing") is None
    assert not store.exists("nothing")


def test_a_range_is_read(store: Store) -> None:
    store.put("r", bytes(range(100)))
    assert store.read_range("r", 10, 13) == bytes([10, 11, 12])


def test_deleting_twice_is_fine(store: Store) -> None:
    store.put("d", b"")
    store.delete("d", "d", "never-there")
    assert not store.exists("d")


def test_keys_below_a_prefix_are_listed(store: Store) -> None:
    for key in ("m/1/a", "m/1/b", "m/2/a"):
        store.put(key, b"")
    assert sorted(store.keys("m/1")) == ["m/1/a", "m/1/b"]
    assert list(store.keys("m/3")) == []


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "a/../b", "..", "a//b", "a/", "ä", "a b", "a\n", "a/.hidden"]
)
def test_a_key_that_could_lead_elsewhere_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"")


def test_only_a_folder_has_local_paths(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path))
    store.put("a/b", b"x")
    path = store.local_path("a/b")
    assert path is not None
    assert path.read_bytes() == b"x"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(StoreError, match="store"):
        open_store(Settings(data=tmp_path))


def test_another_scheme_is_refused() -> None:
    with pytest.raises(SettingsError, match="s3://bucket/prefix"):
        open_store(load({"SOUNDBOX_STORE_URL": "ftp://host/x"}))
