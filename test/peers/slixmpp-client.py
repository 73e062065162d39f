"""A program with slixmpp that prints received messages as JSON, and lets the library answer them."""

import asyncio
import json
import os

import slixmpp
from slixmpp_connection import connect
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

ELEMENTS = {
    "receipt": "{urn:xmpp:receipts}request",
    "replace": "{urn:xmpp:message-correct:0}replace",
    "reply": "{urn:xmpp:reply:0}reply",
    "reactions": "{urn:xmpp:reactions:0}reactions",
    "retract": "{urn:xmpp:message-retract:1}retract",
}


def show(message):
    elements = {name: message.xml.find(tag) for name, tag in ELEMENTS.items()}
    event = {
        "id": message["id"],
        "body": message["body"],
        "subject": message["subject"],
        "oob": message["oob"]["url"],
    }
    for name, element in elements.items():
        event[name] = None if element is None else dict(element.attrib)
    print(json.dumps(event), flush=True)


async def main():
    client = slixmpp.ClientXMPP(os.environ["XMPP_JID"], os.environ["XMPP_PASSWORD"])
    for plugin in ("xep_0066", "xep_0184", "xep_0333"):
        client.register_plugin(plugin)

    def look(message):
        if message.xml.find("{urn:xmpp:chat-markers:0}markable") is not None:
            client["xep_0333"].send_marker(message["from"], message["id"], "displayed")

# The event "message" of slixmpp is only for messages with a body.
    client.register_handler(Callback("show", StanzaPath("message"), show))
    client.add_event_handler("message", look)
    connect(client, os.environ["XMPP_CA_FILE"], "127.0.0.1", int(os.environ["TLS_PORT"]))
    await client.wait_until("session_start", 20)
    client.send_presence()
    await client["xep_0030"].get_info(client.boundjid.domain)
    print(json.dumps({"ready": True}), flush=True)
    await client.disconnected


asyncio.run(main())
