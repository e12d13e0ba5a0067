"""An S3 bucket that is served on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

_BUCKET = "sounds"
_ID, _SECRET = "me", "secret"


@contextmanager
def served() -> Iterator[str]:
    """The endpoint of a server with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=_ID,
        aws_secret_access_key=_SECRET,
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=_BUCKET)
    yield endpoint
    client.close()
    server.stop()


def variables(endpoint: str, prefix: str) -> dict[str, str]:
    """The settings of a store in that bucket."""
    return {
        "SOUNDBOX_STORE_URL": f"s3://{_BUCKET}/{prefix}",
        "SOUNDBOX_S3_ENDPOINT": endpoint,
        "SOUNDBOX_S3_ACCESS_KEY_ID": _ID,
        "SOUNDBOX_S3_SECRET_ACCESS_KEY": _SECRET,
    }
