"""A program with slixmpp that sends a text, corrects it, sends a chat state, and waits for the receipt."""

import asyncio
import json
import os
import sys

import slixmpp
from slixmpp_connection import connect

PLUGINS = ("xep_0085", "xep_0184", "xep_0308", "xep_0333", "xep_0066")


async def main():
    to = sys.argv[1]
    client = slixmpp.ClientXMPP(os.environ["XMPP_JID"], os.environ["XMPP_PASSWORD"])
    for plugin in PLUGINS:
        client.register_plugin(plugin)
    receipts = asyncio.Queue()
    client.add_event_handler("receipt_received", receipts.put_nowait)
    connect(client, os.environ["XMPP_CA_FILE"], "127.0.0.1", int(os.environ["TLS_PORT"]))
    await client.wait_until("session_start", 20)

    typing = client.make_message(mto=to, mtype="chat")
    typing["chat_state"] = "composing"
    typing.send()

    first = client.make_message(mto=to, mbody="Grüße <von> slixmpp", msubject="A subject", mtype="chat")
    first["id"] = "first"
    first["request_receipt"] = True
    first.send()
    receipt = await asyncio.wait_for(receipts.get(), 20)
    print(json.dumps({"receipt": receipt["receipt"]}), flush=True)

    second = client.make_message(mto=to, mbody="Grüße von slixmpp", mtype="chat")
    second["replace"]["id"] = "first"
    second["oob"]["url"] = "https://example.com/plot.png"
    second.enable("markable")
    second.send()
    await client.disconnect()


asyncio.run(main())
