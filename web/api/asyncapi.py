"""GET /asyncapi.json: AsyncAPI 3.0 of the broker, made of the classes that validate and the topology."""

import inspect
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.bus import topology
from shared.messages.commands import COMMANDS
from shared.messages.envelope import CONTENT_TYPE
from shared.messages.events import EVENTS
from shared.messages.live import LIVE
from shared.version import VERSION
from web.api.heads import NAME
from web.api.schemas import Schemas

_BINDING = "0.3.0"  # of github.com/asyncapi/bindings, amqp


def asyncapi(request: Request) -> Response:
    """GET /asyncapi.json: the messages on the broker; it is made once."""
    state = request.app.state
    if not hasattr(state, "asyncapi"):
        state.asyncapi = json.dumps(describe()).encode()
    return Response(state.asyncapi, media_type="application/json")


def describe() -> dict[str, Any]:
    """AsyncAPI 3.0: commands that are taken, facts and passing notices that are told."""
    schemas = Schemas()
    messages = {
        **{name: _command(name, kind, schemas) for name, kind in COMMANDS.items()},
        **{name: _event(name, kind, schemas) for name, kind in EVENTS.items()},
        **{_notice_name(name): _notice(name, kind, schemas) for name, kind in LIVE.items()},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": NAME,
            "version": VERSION,
            "description": "Commands to the intake, and the facts and notices that come of them.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "intake": _channel(
                topology.INTAKE_EXCHANGE, "Commands; the routing key is the command's name.", COMMANDS
            ),
            "events": _channel(
                topology.EVENTS_EXCHANGE, "Facts. Every one is in the stream `soundbox.log` for good.", EVENTS
            ),
            "live": _channel(
                topology.LIVE_EXCHANGE, "What is true for a moment; never kept.", map(_notice_name, LIVE)
            ),
            "log": {
                "address": topology.LOG_STREAM,
                "description": "The same facts as a stream; read from any offset with `x-stream-offset`.",
                "messages": _references(EVENTS),
                "bindings": {
                    "amqp": {
                        "is": "queue",
                        "queue": {"name": topology.LOG_STREAM, "durable": True},
                        "bindingVersion": _BINDING,
                    }
                },
            },
        },
        "operations": {
            "takeCommands": _operation("receive", "intake", COMMANDS),
            "tellFacts": _operation("send", "events", EVENTS),
            "tellNotices": _operation("send", "live", map(_notice_name, LIVE)),
        },
        "components": {"messages": messages, "schemas": schemas.found},
    }


def _channel(name: str, says: str, names: Iterable[str]) -> dict[str, Any]:
    exchange = next(exchange for exchange in topology.EXCHANGES if exchange.name == name)
    return {
        "address": exchange.name,
        "description": says,
        "messages": _references(names),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange.name, "type": exchange.kind, "durable": True},
                "bindingVersion": _BINDING,
            }
        },
    }


def _operation(action: str, channel: str, names: Iterable[str]) -> dict[str, Any]:
    pointers = [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "messages": pointers}


def _references(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _notice_name(name: str) -> str:
    """Notices are told apart from facts of the same name."""
    return f"live.{name}"


def _command(name: str, kind: type[BaseModel], schemas: Schemas) -> dict[str, Any]:
    return _message(name, kind, "application/json", schemas.reference(kind))


def _event(name: str, kind: type[BaseModel], schemas: Schemas) -> dict[str, Any]:
    text = {"type": "string"}
    members: Mapping[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": text,
        "source": text,
        "type": {"const": name},
        "subject": text,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "schemaversion": {"type": "integer", "minimum": 1},
        "traceparent": text,
        "data": schemas.reference(kind),
    }
    payload = {"type": "object", "properties": members, "required": list(members)}
    return _message(name, kind, CONTENT_TYPE, payload)


def _notice(name: str, kind: type[BaseModel], schemas: Schemas) -> dict[str, Any]:
    told = _message(_notice_name(name), kind, "application/json", schemas.reference(kind))
    return told | {"bindings": {"amqp": {"messageType": name, "bindingVersion": _BINDING}}}


def _message(name: str, kind: type[BaseModel], content_type: str, payload: Any) -> dict[str, Any]:
    summary = inspect.cleandoc(kind.__doc__ or name).splitlines()[0]
    return {"name": name, "summary": summary, "contentType": content_type, "payload": payload}
