# syntax=docker/dockerfile:1
# Targets: `stage` runs any of the five services, `web` the API and the page. One layer of
# packages serves both; `--build-arg LAYER=` picks another file of requirements/.

FROM python:3.11-slim-bookworm AS base
ARG LAYER=base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    SOUNDBOX_DATA=/data
WORKDIR /app
COPY requirements/ requirements/
RUN pip install -r requirements/${LAYER}.txt
RUN [ ! -f requirements/${LAYER}.no-deps.txt ] || pip install --no-deps -r requirements/${LAYER}.no-deps.txt
RUN useradd --uid 10001 --create-home soundbox && mkdir /data && chown soundbox /data
COPY shared/ shared/
COPY services/ services/
VOLUME /data
USER soundbox
STOPSIGNAL SIGTERM

FROM base AS stage
ENV SOUNDBOX_HEALTH_FILE=/tmp/alive
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-m", "shared.health"]

FROM base AS web
COPY web/ web/
ENV SOUNDBOX_HOST=0.0.0.0
EXPOSE 5309
CMD ["python", "-m", "web"]
