"""A browser's part of web push, by http_ece: makes its keys, and opens what comes in, a line each."""

import base64
import json
import os
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
print(json.dumps({"p256dh": text(public), "auth": text(auth)}), flush=True)
for line in sys.stdin:
    sealed = base64.b64decode(line)
    opened = http_ece.decrypt(sealed, private_key=key, auth_secret=auth, version="aes128gcm")
    print(json.dumps(json.loads(opened)), flush=True)
