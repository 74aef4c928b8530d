#!/usr/bin/env python3
"""Reads a mail with Python's own parser, which knows nothing of our writer, and prints what it found as JSON."""
import base64
import email
import email.header
import email.policy
import email.utils
import json
import sys

# As UTF-8, because headers for SMTPUTF8 hold it as it is (RFC 6532).
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
mail = email.message_from_string(text, policy=email.policy.default)

# The newer policy reads a space between two encoded words of a name, against RFC 2047 section 6.2; the older one does not.
name, address = email.utils.parseaddr(email.message_from_string(text, policy=email.policy.compat32)["From"])
name = str(email.header.make_header(email.header.decode_header(name)))


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
    "from": [name, address],
    "to": [a.addr_spec for a in mail["To"].addresses],
    "body": describe(mail),
}))
