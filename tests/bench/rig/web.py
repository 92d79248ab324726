"""The web program's part of a measurement: posts webhooks to the web application as its server does, in a process of its
own and with the server's number of threads."""

import io
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from config.wsgi import application
from tests.bench.rig.partner import next_document
from tests.bench.rig.push import Push

PATH = "/webhooks/tiktok-shop"
THREADS = 4  # of one web process, see console/launch/programs.py


def document(pushes: list[Push]) -> bytes:
    return json.dumps([(push.headers["authorization"], push.body.decode()) for push in pushes]).encode()


def post(authorization: str, body: bytes) -> str:
    """The status of the answer."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": authorization,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
    }
    answered: list[str] = []
    response = application(environ, lambda status, _headers: answered.append(status.split()[0]))
    b"".join(response)
    response.close()
    return answered[0]


def main() -> None:
    """Answers each document with how often which status came."""
    with ThreadPoolExecutor(THREADS) as threads:
        while (given := next_document()) is not None:
            pushes = [(authorization, body.encode()) for authorization, body in json.loads(given)]
            print(json.dumps(Counter(threads.map(lambda push: post(*push), pushes))), flush=True)


if __name__ == "__main__":
    main()
