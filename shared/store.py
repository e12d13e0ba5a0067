"""The object store: sounds, pictures and small records under keys, in a folder or in an S3 bucket.

Writes are atomic on both: an object is there as a whole or not at all. `put_once` creates and never
replaces, so that of two workers on one job exactly one wins.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from shared.errors import SettingsError, StoreError
from shared.settings import Settings

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class Store:
    """Objects by key. Keys are letters, digits, `. _ -` and `/`; anything else is a ValueError.

    Every method raises StoreError when the store fails, and `read` KeyError for a missing object.
    """

    def __init__(self, backend: ObjectStore, folder: Path | None = None) -> None:
        self._backend = backend
        self._folder = folder

    def put_once(self, key: str, content: bytes | Path) -> bool:
        """Create an object; False when the key exists already, whose content then stays."""
        try:
            self._put(key, content, "create")
        except AlreadyExistsError:
            return False
        return True

    def put(self, key: str, content: bytes | Path) -> None:
        """Create or replace an object."""
        self._put(key, content, "overwrite")

    def _put(self, key: str, content: bytes | Path, mode: str) -> None:
        try:
            obstore.put(self._backend, _checked(key), content, mode=mode)  # type: ignore[arg-type]
        except AlreadyExistsError:
            raise
        except (BaseError, OSError) as error:
            raise StoreError(f"Could not write {key} to the store: {error}") from error

    def read(self, key: str) -> bytes:
        """The whole object.

        Raises:
            KeyError: there is no such object.
        """
        try:
            return bytes(obstore.get(self._backend, _checked(key)).bytes())
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise StoreError(f"Could not read {key} from the store: {error}") from error

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes `start` (included) to `end` (left out) of an object.

        Raises:
            KeyError: there is no such object.
        """
        try:
            return bytes(obstore.get_range(self._backend, _checked(key), start=start, end=end))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise StoreError(f"Could not read {key} from the store: {error}") from error

    def size(self, key: str) -> int | None:
        """Bytes of an object, or None when there is none."""
        try:
            return int(obstore.head(self._backend, _checked(key))["size"])
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StoreError(f"Could not look up {key} in the store: {error}") from error

    def exists(self, key: str) -> bool:
        """Whether there is an object."""
        return self.size(key) is not None

    def delete(self, *keys: str) -> None:
        """Remove objects; one that is not there is fine."""
        for key in keys:
            try:
                obstore.delete(self._backend, _checked(key))
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise StoreError(f"Could not delete {key} from the store: {error}") from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below a folder prefix, in no order."""
        try:
            for batch in obstore.list(self._backend, prefix=_checked(prefix)):
                yield from (str(item["path"]) for item in batch)
        except (BaseError, OSError) as error:
            raise StoreError(f"Could not list {prefix} in the store: {error}") from error

    def local_path(self, key: str) -> Path | None:
        """Where the object lies on this machine's disk, or None for a remote store. It need not exist."""
        return None if self._folder is None else self._folder / _checked(key)


def open_store(settings: Settings) -> Store:
    """The store that the settings name; a folder is made when it is missing.

    Raises:
        SettingsError: SOUNDBOX_STORE_URL has another scheme than file or s3.
        StoreError: the folder cannot be made or written.
    """
    if settings.store_url is None:
        return _folder_store(settings.data / "store")
    url = urlparse(str(settings.store_url))
    if url.scheme == "file":
        return _folder_store(Path(unquote(url.path)))
    if url.scheme == "s3" and url.netloc:
        return Store(_s3_backend(url.netloc, url.path.strip("/"), settings))
    raise SettingsError(
        f"SOUNDBOX_STORE_URL is {settings.store_url}; wanted file:///folder or s3://bucket/prefix."
    )


def _folder_store(folder: Path) -> Store:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Could not make the store's folder {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise StoreError(f"The store's folder {folder} cannot be written by this user.")
    folder = folder.resolve()
    return Store(LocalStore(prefix=folder), folder)


def _s3_backend(bucket: str, prefix: str, settings: Settings) -> S3Store:
    secret = settings.s3_secret_access_key
    endpoint = str(settings.s3_endpoint).rstrip("/") if settings.s3_endpoint else None
    options = {
        "endpoint": endpoint,
        "access_key_id": settings.s3_access_key_id,
        "secret_access_key": secret.get_secret_value() if secret else None,
    }
    return S3Store(
        bucket,
        prefix=prefix or None,
        region=settings.s3_region,
        virtual_hosted_style_request=endpoint is None,
        client_options={
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
            "timeout": timedelta(seconds=60),
        },
        **{name: value for name, value in options.items() if value is not None},  # type: ignore[arg-type]
    )


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"{key!r} is not a key of the store")
    return key
