# Parallax as a container: `docker build -t parallax .`, then see compose.yaml.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
COPY prompts prompts
COPY seeds seeds
RUN python -m venv /opt/parallax \
    && /opt/parallax/bin/pip install --no-cache-dir -r requirements.lock \
    && /opt/parallax/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/parallax parallax
COPY --from=build /opt/parallax /opt/parallax
ENV PATH=/opt/parallax/bin:$PATH \
    PARALLAX_HOME=/var/lib/parallax/home \
    PYTHONUNBUFFERED=1
USER 10001
VOLUME /var/lib/parallax
WORKDIR /var/lib/parallax
STOPSIGNAL SIGTERM
CMD ["parallax", "serve"]
