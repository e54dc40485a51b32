"""A mail server that lives as long as its standard input.

It prints its port, then each letter that it takes as one line of JSON. Arguments: how the way to it is
encrypted (none, starttls, tls), a certificate and its key, and the port, 0 for a free one. Over an encrypted
way it wants `agency` and `secret`. A mailbox `unknown…` does not exist; one `later…` is taken the second time;
a letter to `lost…` is taken, and the first time the connection ends before the answer.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

seen = set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 " + address + " is nobody"
        if address.startswith("later") and address not in seen:
            seen.add(address)
            return "451 4.7.1 Please come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part for part in letter.walk() if not part.is_multipart()]
        print(
            json.dumps(
                {
                    "to": envelope.rcpt_tos,
                    "from": letter["From"],
                    "subject": letter["Subject"],
                    "message_id": letter["Message-ID"],
                    "types": [part.get_content_type() for part in parts],
                    "texts": [part.get_content() for part in parts],
                }
            ),
            flush=True,
        )
        address = envelope.rcpt_tos[0]
        if address.startswith("lost") and address not in seen:
            seen.add(address)
            server.transport.abort()
            # The end of the connection ends this too.
            await asyncio.Event().wait()
        return "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (b"agency", b"secret")
    # Not handled: the server itself says 235 or 535.
    return AuthResult(success=known, handled=False)


async def main():
    way, certificate, key, port = sys.argv[1:5]
    context = None
    if way != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    secured = way != "none"

    def session():
        return SMTP(
            Handler(),
            enable_SMTPUTF8=True,
            require_starttls=way == "starttls",
            tls_context=context if way == "starttls" else None,
            auth_required=secured,
            auth_require_tls=way == "starttls",
            authenticator=authenticate if secured else None,
        )

    loop = asyncio.get_running_loop()
    tls = context if way == "tls" else None
    server = await loop.create_server(session, "127.0.0.1", int(port), ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
