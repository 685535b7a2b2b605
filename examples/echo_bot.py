"""Repeats messages: in private all, in General those that begin with "!echo ".

Run it: pip install websockets && python3 echo_bot.py ws://localhost:5000/ws echo-py secret
"""
import asyncio, json, sys
from websockets import ConnectionClosed, connect

URL, NAME, PASSWORD = sys.argv[1:] or ["ws://localhost:5000/ws", "echo-py", "secret"]

async def talk(socket, session):
    async def send(kind, **payload):
        await socket.send(json.dumps({"type": kind, kind: payload}))
    async def answer(message):
        private, said, sender = message["RecipientUUID"] != "", message["Message"], message["SenderUUID"]
        if sender == session["me"]: return
        channel = sender if private else ""
        if private or said.startswith("!echo "):
            # With this clientUUID a second answer to the same message is not stored.
            await send("channelMessage", recipientUUID=channel, message=said.removeprefix("!echo "), clientUUID="echo " + message["UUID"])
        await send("channelRead", recipientUUID=channel, seq=message["Seq"])

    async for text in socket:
        frame = json.loads(text)
        kind, payload = frame["type"], frame.get(frame["type"])
        if kind == "error": print(payload["error"], file=sys.stderr)
        if kind == "ready": await send("signIn", **session["sign_in"])
        if kind == "authorized":
            session.update(me=payload["userUUID"], sign_in={"accessKey": payload["accessKey"]})
            await send("inbox")  # from its reply on, the messages of all channels come
        for channel in payload["channels"] if kind == "inbox" else []:  # the unread messages, at most 100
            await send("channelMessages", recipientUUID=channel["recipientUUID"], after=channel["total"] - channel["unread"], limit=100)
        if kind == "inbox": print("ready", flush=True)
        for message in {"channelMessage": [payload], "channelMessages": (payload or {}).get("messages")}.get(kind) or []: await answer(message)

async def main(session):
    async for socket in connect(URL):  # connects again by itself, and waits longer each time
        try: await talk(socket, session)
        except ConnectionClosed: pass

asyncio.run(main({"sign_in": {"username": NAME, "password": PASSWORD}}))
