"""Every address of the web app."""

from starlette.routing import Route

from web.api import (
    events,
    generate,
    health,
    jobs,
    library,
    media,
    melodies,
    openapi,
    page,
    radio,
    status,
    stream,
)

ROUTES = [
    Route("/generate", generate.generate, methods=["POST"]),
    Route("/job/{id}", jobs.job),
    Route("/job/{id}/stream", stream.stream),
    Route("/queue-status", jobs.queue, name="queue_status"),
    Route("/api/queue", jobs.queue),
    Route("/api/queue/{id}/cancel", jobs.cancel, methods=["POST"]),
    Route("/api/melodies", melodies.melodies, methods=["POST"]),
    Route("/status", status.status),
    Route("/api/events", events.events),
    Route("/api/library", library.tracks),
    Route("/api/library/counts", library.counts),
    Route("/api/library/{id}", library.track),
    Route("/api/my-generations", library.my_generations),
    Route("/api/radio/shuffle", radio.shuffle),
    Route("/api/radio/next", radio.following),
    Route("/audio/{file}", media.audio),
    Route("/spectrogram/{file}", media.spectrogram),
    Route("/peaks/{file}", media.peaks),
    Route("/download/{file}", media.download),
    Route("/livez", health.livez),
    Route("/readyz", health.readyz),
    Route("/openapi.json", openapi.openapi),
    Route("/", page.page),
    Route("/generate", page.page),
    Route("/library", page.page),
    Route("/radio", page.page),
    Route("/track/{id}", page.page),
    Route("/static/{path:path}", page.static),
]
