"""Joins a visit with a link, by aiortc: an independent client written from docs/protocol.md alone.

    pip install aiortc websockets
    python aiortc_client.py 'http://127.0.0.1:8080/j#TOKEN' [seconds]

Offers one pair of lines for both ways, so the inmate is who is seen and heard. Sends a test picture
and silence. Prints what came, and exits with 1 when nothing did.
"""

import asyncio
import base64
import json
import os
import sys
from urllib.parse import urlsplit

import websockets
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack


async def count(track, frames):
    """Counts decoded frames until the track ends."""
    try:
        while True:
            frame = await track.recv()
            frames[track.kind] = frames.get(track.kind, 0) + 1
            if track.kind == "video":
                frames["size"] = f"{frame.width}x{frame.height}"
    except MediaStreamError:
        pass


async def join(link, seconds):
    url = urlsplit(link)
    scheme = "wss" if url.scheme == "https" else "ws"
    peer = RTCPeerConnection()
    frames = {}
    peer.on("track", lambda track: asyncio.ensure_future(count(track, frames)))
    peer.on("connectionstatechange", lambda: print("connection", peer.connectionState))
    peer.addTrack(AudioStreamTrack())
    peer.addTrack(VideoStreamTrack())
    await peer.setLocalDescription(await peer.createOffer())
    device_key = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
    hello = {
        "type": "hello",
        "version": 1,
        "credential": {"kind": "link", "token": url.fragment, "device_key": device_key},
        "offer": peer.localDescription.sdp,
        "locale": "en",
        "mic": True,
        "camera": True,
    }
    address = f"{scheme}://{url.netloc}/ws"
    async with websockets.connect(address, subprotocols=["openvisit.v1"]) as door:
        await door.send(json.dumps(hello))

        async def hear():
            async for text in door:
                message = json.loads(text)
                if message["type"] == "joined":
                    answer = RTCSessionDescription(message["answer"], "answer")
                    await peer.setRemoteDescription(answer)
                    print("joined on seat", message["seat"], "with lines", message["lines"])
                elif message["type"] == "error":
                    sys.exit(f"{message['code']}: {message['message']}")
                elif message["type"] == "ended":
                    print("ended:", message["reason"])
                    return

        try:
            await asyncio.wait_for(hear(), seconds)
        except asyncio.TimeoutError:
            await door.send(json.dumps({"type": "leave"}))
            await asyncio.wait_for(hear(), 5)
    await peer.close()
    print("received", frames)
    return frames


if __name__ == "__main__":
    length = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    came = asyncio.run(join(sys.argv[1], length))
    sys.exit(0 if came.get("video") and came.get("audio") else 1)
