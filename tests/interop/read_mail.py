#!/usr/bin/env python3
"""Reads a mail with Python's own parser, which knows nothing of our writer, and prints what it found as JSON."""
import base64
import email
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)


def describe(part):
    found = {
        "type": part.get_content_type(),
        "defects": [repr(d) for d in part.defects] + [repr(d) for h in part.values() for d in getattr(h, "defects", ())],
    }
    if part.is_multipart():
        found["parts"] = [describe(p) for p in part.iter_parts()]
        return found
    content = part.get_content()
    found["content"] = content if isinstance(content, str) else base64.b64encode(content).decode()
    found["disposition"] = part.get_content_disposition()
    found["filename"] = part.get_filename()
    found["contentId"] = part["Content-ID"]
    return found


print(json.dumps({
    "headers": {name.lower(): str(value) for name, value in mail.items()},
    "from": [[a.display_name, a.addr_spec] for a in mail["From"].addresses],
    "to": [a.addr_spec for a in mail["To"].addresses],
    "body": describe(mail),
}))
