# JupyterLab on the workbooks, for a hub or for one laptop:
#   docker build -t cemlib . && docker run --rm -p 8888:8888 cemlib
# Everything is installed from the lock; Chromium prints PDF files and worksheets.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium fonts-noto-cjk make \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 learner && install --directory --owner learner /opt/cemlib
USER learner
WORKDIR /opt/cemlib
COPY --chown=learner . .
RUN make .venv/ready

ENV PATH="/opt/cemlib/.venv/bin:$PATH"
EXPOSE 8888
CMD ["cem", "lab", "--ip=0.0.0.0", "--no-browser"]
