"""Direct TLS to a port, with every version of slixmpp in Debian since 2022."""

import inspect


def connect(client, ca_file, host, port):
    """:param port: of direct TLS"""
    client.ca_certs = ca_file
    if "use_ssl" in inspect.signature(client.connect).parameters:  # until 1.8
        client.connect((host, port), use_ssl=True)
    else:
        client.enable_starttls = False
        client.connect(host, port)
