"""A program with slixmpp that answers one question in the given way, and prints its final text."""

import asyncio
import os
import sys

import slixmpp
from slixmpp_connection import connect

NS = "{urn:xmpp:tmp:quick-response}"


def answer(client, way, question):
    sender = question["from"]
    if way == "reply":
        question.reply("yes").send()
    elif way == "response":
        value = question.xml.find(f"{NS}response").attrib["value"]
        client.send_message(mto=sender, mbody=value, mtype="chat")
    elif way == "action":
        message = client.make_message(mto=sender, mtype="chat")
        message["action_selected"]["id"] = question.xml.find(f"{NS}action").attrib["id"]
        message.send()
    elif way == "reaction":
        client["xep_0444"].send_reactions(sender, question["id"], ["\U0001f44d"])


async def main():
    client = slixmpp.ClientXMPP(os.environ["XMPP_JID"], os.environ["XMPP_PASSWORD"])
    for plugin in ("xep_0308", "xep_0334", "xep_0439", "xep_0444"):
        client.register_plugin(plugin)
    closed = asyncio.get_running_loop().create_future()

    def on_message(message):
        if message.xml.find(f"{NS}response") is not None:
            answer(client, sys.argv[1], message)
        elif message["replace"]["id"]:
            closed.set_result(message["body"])

    client.add_event_handler("message", on_message)
    connect(client, os.environ["XMPP_CA_FILE"], "127.0.0.1", int(os.environ["TLS_PORT"]))
    await client.wait_until("session_start", 20)
    client.send_presence()
    print(await asyncio.wait_for(closed, 20))
    await client.disconnect()


asyncio.run(main())
