# Cadre in a container: `docker build -t cadre .`; compose.yaml runs it with PostgreSQL and a worker.

FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY lms/static lms/static
RUN node lms/static/build.mjs

FROM python:3.12-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements/run.txt .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r run.txt
# The command `lms`; the code itself stands in /app with its templates, content and revisions.
RUN printf '#!/venv/bin/python\nfrom lms.cli import main\n\nmain()\n' > /venv/bin/lms && chmod 755 /venv/bin/lms

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    LMS_MODE=production \
    LMS_HOST=0.0.0.0 \
    LMS_DATA_DIR=/data \
    LMS_LOG_JSON=true
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin cadre \
    && install -d -o cadre -g cadre -m 700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY wsgi.py ./
COPY migrations migrations
COPY content content
COPY templates templates
COPY lms lms
COPY --from=assets /src/lms/static/dist lms/static/dist
RUN python -m compileall -q lms migrations
USER cadre
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/healthz' % os.environ.get('PORT', '5000'), timeout=4)"]
ENTRYPOINT ["lms"]
CMD ["web"]
