//! The commands of the chat: one table, by which they are read, completed, explained and documented.

/// A command that is written like a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    Message,
    Go,
    Join,
    Create,
    Group,
    Add,
    Remove,
    Members,
    Leave,
    Topic,
    Rename,
    Posting,
    Owner,
    Unowner,
    Archive,
    Unarchive,
    Level,
    Mute,
    Pin,
    Section,
    Unread,
    Pause,
    Quiet,
    Edit,
    Delete,
    Reply,
    React,
    Upload,
    Save,
    Thread,
    Pinned,
    Search,
    Activity,
    Hooks,
    Hook,
    Bots,
    Bot,
    Who,
    Help,
    SignOut,
    Quit,
}

/// The channels in which a command works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In all, or without regard to the one that is shown.
    Any,
    /// In those of which the user is a member.
    Own,
    /// In named channels.
    Named,
    /// In named channels and General.
    NamedOrGeneral,
}

/// A row of the table.
#[derive(PartialEq, Eq, Debug)]
pub struct Entry {
    /// Which.
    pub command: Command,
    /// Its names without the slash, of which the first one is shown.
    names: &'static [&'static str],
    /// The words behind it. Those in brackets may be left out; those in small letters stand as they are. Capitals name
    /// what Tab completes: `NAME` a person or a channel, `#NAME` a channel, `PEOPLE`, `SECTION`, `EMOJI`, `FILE` and `FOLDER`.
    words: &'static str,
    /// Where it works.
    pub place: Place,
    /// What it does.
    pub about: &'static str,
}

const fn row(
    command: Command,
    names: &'static [&'static str],
    words: &'static str,
    place: Place,
    about: &'static str,
) -> Entry {
    Entry { command, names, words, place, about }
}

/// All of them, as the help shows them.
#[rustfmt::skip]
pub const COMMANDS: [Entry; 41] = {
    use Command as C;
    use Place::{Any, Named, NamedOrGeneral, Own};
    [
        row(C::Message, &["msg", "m", "tell", "whisper", "w"], "NAME TEXT", Any,
            "send a message to a person or, as /msg #NAME, to a channel of yours"),
        row(C::Go, &["go", "query", "q", "dm"], "NAME", Any,
            "go to a channel or a person, or look at a public channel"),
        row(C::Join, &["join", "j"], "[#NAME]", Any,
            "become a member of a public channel; alone, of the one that you look at"),
        row(C::Create, &["create"], "#NEW [--private] [PEOPLE]", Any,
            "make a channel, as /create #ops --private @Bob, @Cleo; a name with spaces in quotes"),
        row(C::Group, &["group"], "PEOPLE", Any,
            "talk with 2 to 19 others as a group, which never changes"),
        row(C::Members, &["members", "names"], "", Any, "the members of the channel"),
        row(C::Add, &["add", "invite"], "PEOPLE", Named, "make people members of the channel"),
        row(C::Remove, &["remove", "kick"], "PEOPLE", Named, "remove members, as an owner"),
        row(C::Leave, &["leave", "part"], "", Named, "leave the channel"),
        row(C::Topic, &["topic"], "[TEXT]", NamedOrGeneral,
            "say what the channel is about; alone, show it"),
        row(C::Rename, &["rename"], "#NEW", Named, "rename the channel, as an owner"),
        row(C::Posting, &["posting"], "all|owners", NamedOrGeneral,
            "who may write, as an owner; in General, as an admin"),
        row(C::Owner, &["owner", "op"], "PEOPLE", Named, "make people owners, as an owner"),
        row(C::Unowner, &["unowner", "deop"], "PEOPLE", Named, "make owners plain members again"),
        row(C::Archive, &["archive"], "", Named,
            "end the talk in the channel, as an owner; it stays readable"),
        row(C::Unarchive, &["unarchive"], "", Named, "bring an archived channel back"),
        row(C::Level, &["level"], "all|mentions|nothing", Own,
            "what notifies you here; nothing takes a group out of the list"),
        row(C::Mute, &["mute"], "[UNTIL|off]", Own,
            "no notifications: for 1h, until 18:30 or a date; alone, until /mute off"),
        row(C::Pin, &["pin"], "[off]", Own, "keep the channel at the top of the list"),
        row(C::Section, &["section"], "SECTION|off", Own,
            "put the channel into a section of the list"),
        row(C::Unread, &["unread"], "[COUNT]", Own,
            "mark the last messages as unread; alone the newest, or from the first one in view"),
        row(C::Pause, &["pause", "dnd"], "[UNTIL|off]", Any,
            "no notifications of any channel: for 1h, until 18:30; alone, until /pause off"),
        row(C::Quiet, &["quiet"], "[HOURS|off]", Any,
            "hours without notifications, as /quiet 22:00-07:00 mon-fri; alone, show them"),
        row(C::Edit, &["edit"], "[TEXT]", Own,
            "edit your last message, or the chosen one; alone, in the field"),
        row(C::Delete, &["delete"], "", Own, "delete your last message, or the chosen one"),
        row(C::Reply, &["reply"], "[TEXT]", Own, "answer the newest message, or the chosen one"),
        row(C::React, &["react"], "EMOJI", Own,
            "react to the newest message, or the chosen one; again takes it back"),
        row(C::Upload, &["upload", "file"], "FILE [TEXT]", Own,
            "send a file of this machine, as /upload ~/plan.pdf The plan; a path with spaces in quotes"),
        row(C::Save, &["save", "download"], "[FOLDER]", Own,
            "save the files of the newest message that has some, or of the chosen one; alone, where the chat was started"),
        row(C::Thread, &["thread"], "", Own, "the thread of the newest message, or the chosen one"),
        row(C::Pinned, &["pinned"], "", Own, "the pinned messages of the channel"),
        row(C::Search, &["search", "find"], "WORDS", Any,
            "find messages in all channels, as /search deploy from:Bob"),
        row(C::Activity, &["activity"], "", Any,
            "mentions of you, answers to you, and reactions to your messages"),
        row(C::Hooks, &["hooks"], "", NamedOrGeneral,
            "the hooks by which other programs write into the channel, as an owner; d ends one"),
        row(C::Hook, &["hook"], "NEW", NamedOrGeneral,
            "make a hook of this name, as an owner; its address is shown this once"),
        row(C::Bots, &["bots"], "", Any, "the bots of the server; d deactivates one, as an admin"),
        row(C::Bot, &["bot"], "NEW", Any,
            "make a bot, or another key for one, as an admin; the key is shown this once"),
        row(C::Who, &["who", "users"], "", Any, "people, those online first"),
        row(C::Help, &["help", "h"], "", Any, "the keys and commands"),
        row(C::SignOut, &["signout", "logout"], "", Any, "sign out, and forget the access key"),
        row(C::Quit, &["quit", "exit", "bye"], "", Any, "quit"),
    ]
};

/// What keeps a text from being a command.
pub const ESCAPE: (&str, &str) = ("//word", "send a message that begins with /word");

impl Entry {
    /// Its first name.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// As it is written: `/add PEOPLE`.
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name(), self.words).trim_end().to_owned()
    }

    /// How to write it, as a sentence.
    pub fn advice(&self) -> String {
        if self.words.is_empty() {
            let name = self.name();
            return format!("/{name} stands alone. To send this as a message: //{name}");
        }
        format!("Write {}: {}.", self.usage(), self.about)
    }

    /// Whether these words may stand behind it.
    fn fits(&self, words: &str) -> bool {
        match self.words {
            "" => words.is_empty(),
            optional if optional.starts_with('[') => true,
            _ => !words.is_empty(),
        }
    }

    fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.words.split(['[', ']', '|', ' ']).filter(|part| !part.is_empty())
    }

    /// Whether this stands behind it, such as `PEOPLE`.
    pub fn takes(&self, part: &str) -> bool {
        self.parts().any(|it| it == part)
    }

    /// The words that stand behind it as they are, and begin so.
    pub fn choices(&self, start: &str) -> Vec<String> {
        let fixed = self.parts().filter(|part| !part.contains(|it: char| it.is_ascii_uppercase()));
        fixed.filter(|it| it.starts_with(start)).map(|it| format!("{it} ")).collect()
    }
}

/// The command of this name.
pub fn named(name: &str) -> Option<&'static Entry> {
    let name = name.to_ascii_lowercase();
    COMMANDS.iter().find(|entry| entry.names.contains(&&*name))
}

/// The row of this command.
pub fn of(command: Command) -> &'static Entry {
    &COMMANDS[COMMANDS.iter().position(|entry| entry.command == command).unwrap_or_default()]
}

/// A draft, read.
#[derive(PartialEq, Eq, Debug)]
pub enum Written {
    /// A message.
    Text(String),
    /// A command and the words behind it.
    Command(Command, String),
    /// A command with words that it doesn't take, or without those that it needs.
    Misused(Command),
    /// No command.
    Unknown(String),
}

/// Only `/word` is a command: `/usr/bin`, `/ 2` and `// so` are messages.
pub fn read(text: &str) -> Written {
    let Some((name, words)) = split(text) else {
        let escaped = text.strip_prefix('/').filter(|rest| split(rest).is_some());
        return Written::Text(escaped.unwrap_or(text).to_owned());
    };
    match named(name) {
        Some(entry) if entry.fits(words) => Written::Command(entry.command, words.to_owned()),
        Some(entry) => Written::Misused(entry.command),
        None => Written::Unknown(name.to_owned()),
    }
}

/// The word behind the slash, and the text behind the word.
pub fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, words) = rest.split_at(end);
    let is_word = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
    is_word.then(|| (name, words.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slash_and_a_word_is_a_command() {
        for text in ["Hello", "/usr/bin", "/", "/ 2", "// so", "/2", "a /quit", "/é"] {
            assert_eq!(read(text), Written::Text(text.into()), "{text}");
        }
        assert_eq!(read("//quit now"), Written::Text("/quit now".into()));
        assert_eq!(read("/QUIT "), Written::Command(Command::Quit, String::new()));
        assert_eq!(read("/msg Bob a\nb"), Written::Command(Command::Message, "Bob a\nb".into()));
        assert_eq!(read("/quit smoking"), Written::Misused(Command::Quit));
        assert_eq!(read("/rename"), Written::Misused(Command::Rename));
        assert_eq!(read("/shrug"), Written::Unknown("shrug".into()));
    }

    #[test]
    fn every_name_is_one_commands() {
        let mut names: Vec<_> = COMMANDS.iter().flat_map(|entry| entry.names).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        for entry in &COMMANDS {
            assert_eq!(of(entry.command), entry, "it stands in the table once");
        }
    }

    /// The table in the documentation is this one.
    #[test]
    fn the_documentation_has_the_same_table() {
        let rows: Vec<_> = COMMANDS.iter().map(documented).collect();
        let rows = rows.concat() + &format!("| `{}` | {} |\n", ESCAPE.0, ESCAPE.1);
        let page = include_str!("../../../../docs/terminal.md");
        assert!(page.contains(&rows), "docs/terminal.md should have:\n{rows}");
    }

    fn documented(entry: &Entry) -> String {
        let others: Vec<_> = entry.names[1..].iter().map(|name| format!(", `/{name}`")).collect();
        let usage = entry.usage().replace('|', "\\|");
        format!("| `{usage}`{} | {} |\n", others.concat(), entry.about)
    }
}
