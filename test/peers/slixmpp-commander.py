"""A program with slixmpp that requests the version, time and features of a client, and runs its commands."""

import asyncio
import json
import os
import sys

import slixmpp
from slixmpp_connection import connect

COMMANDS = "http://jabber.org/protocol/commands"


async def ask(client, to):
    version = (await client["xep_0092"].get_version(to))["software_version"]
    time = (await client["xep_0202"].get_entity_time(to))["entity_time"]
    info = (await client["xep_0030"].get_info(jid=to))["disco_info"]
    commands = (await client["xep_0050"].get_commands(to))["disco_items"]
    command = (await client["xep_0030"].get_info(jid=to, node="greet"))["disco_info"]
    await client["xep_0199"].ping(to)
    return {
        "version": [version["name"], version["version"]],
        "time": time.xml.find("{urn:xmpp:time}utc").text,
        "hasCommands": COMMANDS in info["features"],
        "commands": sorted(node for _, node, _ in commands["items"]),
        "identity": sorted(str(part) for part in next(iter(command["identities"])) if part),
    }


async def run(client, to, node, values):
    """Its ad-hoc client fills in the form in a callback."""
    done = asyncio.get_running_loop().create_future()

    def fill_in(iq, session):
        if iq["command"]["status"] == "completed":
            return finish(iq, session)
        form = iq["command"]["form"]
        answer = client["xep_0004"].make_form(ftype="submit")
        for name in form.get_fields():
            answer.add_field(var=name, value=values.get(name, ""))
        session["payload"] = answer
        session["next"] = finish
        client["xep_0050"].complete_command(session)

    def finish(iq, session):
        command = iq["command"]
        fields = command["form"].get_fields()
        done.set_result({
            "status": command["status"],
            "notes": [list(note) for note in command["notes"]],
            "fields": {name: field.get_value() for name, field in fields.items()},
        })

    def refuse(iq, session):
        done.set_result({"error": iq["error"]["condition"]})

    client["xep_0050"].start_command(jid=to, node=node, session={"next": fill_in, "error": refuse})
    return await asyncio.wait_for(done, 20)


async def main():
    to = sys.argv[1]
    client = slixmpp.ClientXMPP(os.environ["XMPP_JID"], os.environ["XMPP_PASSWORD"])
    for plugin in ("xep_0004", "xep_0030", "xep_0050", "xep_0092", "xep_0199", "xep_0202"):
        client.register_plugin(plugin)
    connect(client, os.environ["XMPP_CA_FILE"], "127.0.0.1", int(os.environ["TLS_PORT"]))
    await client.wait_until("session_start", 20)
    answers = await ask(client, to)
    answers["greet"] = await run(client, to, "greet", {"who": "slixmpp", "times": "2"})
    answers["disk"] = await run(client, to, "disk", {})
    answers["hidden"] = await run(client, to, "hidden", {})
    print(json.dumps(answers), flush=True)
    await client.disconnect()


asyncio.run(main())
