"""Repeats messages: in private all, elsewhere those that begin with "!echo ", which it quotes, and marks with ✅ when it has answered.
With a file it misses none between two runs; with the name of a public channel it becomes a member there, or makes it.

Run it: pip install websockets && python3 echo_bot.py ws://localhost:5000/ws echo-py secret echo-py.json "#echo"
"""
import asyncio
import json
import os
import sys

from websockets import ConnectionClosed, connect

TOO_MANY_REQUESTS, STORE_UNAVAILABLE = 22, 30


class Bot:
    def __init__(self, name, password, file, channel):
        self.sign_in = {"username": name, "password": password}
        self.last_id = 0
        self.file = file
        self.channel = channel
        # The epoch of the history, and the last Seq handled in each channel.
        self.positions = {"epoch": None, "channels": {}}
        if file and os.path.exists(file):
            with open(file) as saved:
                self.positions = json.load(saved)

    async def talk(self, socket):
        """From the connection to its end."""
        self.socket = socket
        self.waiting = []  # frames that came while the bot waited for a reply
        await socket.recv()  # "ready"
        authorized = await self.ask("signIn", **self.sign_in) or sys.exit(1)
        self.me, self.sign_in = authorized["userUUID"], {"accessKey": authorized["accessKey"]}
        # From its reply on, the new messages of all channels come, also of those of which the bot becomes a member.
        channels = (await self.ask("inbox", wants=["channels"]))["channels"]
        if self.positions["epoch"] != authorized["epoch"]:
            # The first run, or the server lost messages: begin with the next ones.
            totals = {channel["recipientUUID"]: channel["total"] for channel in channels}
            self.positions = {"epoch": authorized["epoch"], "channels": totals}
            self.save()
        for channel in channels:
            if channel.get("Channel"):
                # A new member begins behind the read mark, and doesn't answer the history.
                read = channel["total"] - channel["unread"]
                self.positions["channels"].setdefault(channel["recipientUUID"], read)
            await self.catch_up(channel["recipientUUID"])
        if self.channel:
            await self.enter(self.channel.removeprefix("#"))
        print("ready", flush=True)
        while True:
            frame = self.waiting.pop(0) if self.waiting else json.loads(await socket.recv())
            if frame["type"] == "channelMessage":
                await self.handle(frame["channelMessage"])
            if frame["type"] == "sys" and frame["sys"]["type"] == "channelGone":
                self.positions["channels"].pop(frame["sys"]["channelGone"]["recipientUUID"], None)
            if frame["type"] == "signOut":
                sys.exit("signed out elsewhere")

    async def ask(self, kind, **payload):
        """Sends a request, again if it is refused for now; returns the payload of the reply, or None."""
        while True:
            self.last_id += 1
            await self.socket.send(json.dumps({"type": kind, "id": self.last_id, kind: payload}))
            while (frame := json.loads(await self.socket.recv())).get("id") != self.last_id:
                self.waiting.append(frame)
            if frame["type"] == "channelMessage":
                self.waiting.append(frame)  # one's own message has its turn, too
            if frame["type"] != "error":
                return frame[frame["type"]]
            error = frame["error"]
            if error["code"] not in (TOO_MANY_REQUESTS, STORE_UNAVAILABLE):
                print(error["error"], file=sys.stderr)
                return None
            await asyncio.sleep(int(error["payload"]) if error["code"] == TOO_MANY_REQUESTS else 2)

    async def enter(self, name):
        """Becomes a member of the public channel of this name, or makes it."""
        for channel in (await self.ask("channels", query=name))["channels"]:
            if channel["Name"].lower() == name.lower():
                await self.ask("memberAdd", recipientUUID=channel["UUID"])
                return
        # With this clientUUID a repetition makes no second one.
        await self.ask("channelCreate", name=name, topic="!echo repeats", clientUUID=f"make {name}")

    async def catch_up(self, channel):
        """Handles what was said since the last message handled."""
        while True:
            page = {"recipientUUID": channel, "after": self.handled(channel), "limit": 100}
            history = await self.ask("channelMessages", **page)
            if not history or not history["messages"]:
                return  # also where the bot was removed meanwhile
            for message in history["messages"]:
                await self.handle(message)

    async def handle(self, message):
        """Handles each message of a channel once and in order."""
        channel, sender = message["RecipientUUID"], message["SenderUUID"]
        is_private = "Recipient" in message
        if is_private and channel == self.me:
            channel = sender  # a private channel is named by the other user
        if channel and not is_private:
            # The first message that comes to a new member is where its channel begins.
            self.positions["channels"].setdefault(channel, message["Seq"] - 1)
        if message["Seq"] > self.handled(channel) + 1:
            await self.catch_up(channel)
        if message["Seq"] <= self.handled(channel):
            return
        if sender != self.me and "DeletedAt" not in message:
            await self.answer(channel, message, is_private)
        self.positions["channels"][channel] = message["Seq"]
        self.save()

    def handled(self, channel):
        return self.positions["channels"].get(channel, 0)

    def save(self):
        if self.file:
            # Replaced as a whole, so that it is never half written.
            with open(self.file + ".new", "w") as new:
                json.dump(self.positions, new)
            os.replace(self.file + ".new", self.file)

    async def answer(self, channel, message, is_private):
        text = message["Message"]
        is_command = text.startswith("!echo ")
        if is_private or is_command:
            text = text.removeprefix("!echo ")
            # With this clientUUID a second answer to the same message is not stored.
            answer = {"message": text, "clientUUID": "echo " + message["UUID"]}
            if is_command:
                answer["replyTo"] = message["Seq"]  # so that it stands in the thread of the command
            await self.ask("channelMessage", recipientUUID=channel, **answer)
        if is_command:
            # A reaction that is there stays.
            await self.ask("messageReact", recipientUUID=channel, seq=message["Seq"], emoji="✅", on=True)


async def main(url="ws://localhost:5000/ws", name="echo-py", password="secret", file=None, channel=None):
    bot = Bot(name, password, file, channel)
    async for socket in connect(url):  # connects again by itself, and waits longer each time
        try:
            await bot.talk(socket)
        except ConnectionClosed:
            pass


asyncio.run(main(*sys.argv[1:]))
