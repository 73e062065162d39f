"""A program that uses slixmpp with its defaults: the same message, and a ping after it."""

import asyncio
import json
import sys
from pathlib import Path

import slixmpp

sys.path.append(str(Path(__file__).parents[1] / "peers"))
from slixmpp_connection import connect

with open(sys.argv[1], encoding="utf-8") as file:
    settings = json.load(file)


async def main():
    client = slixmpp.ClientXMPP(settings["jid"], settings["password"])
    client.register_plugin("xep_0199")
    connect(client, settings["ca"], settings["host"], settings["port"])
    await client.wait_until("session_start", 10)
    client.send_message(mto=settings["to"], mbody=settings["body"], mtype="chat")
    await client["xep_0199"].send_ping(settings["domain"])
    await client.disconnect()


asyncio.run(main())
