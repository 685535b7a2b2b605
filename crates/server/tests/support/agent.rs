//! An agent that uses `chinwag mcp`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A program in Python that speaks to `chinwag mcp` by the protocol's own library.
pub struct Agent {
    process: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    /// What it learned at the start.
    pub begun: Value,
}

impl Agent {
    pub fn start(url: &str, key: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("../../target/checks/bin/python");
        assert!(python.exists(), "run `make programs` first, as `make test` does");
        let mut process = Command::new(python)
            .arg(root.join("tests/support/agent.py"))
            .args([env!("CARGO_BIN_EXE_chinwag"), "mcp", url])
            .env("CHINWAG_KEY", key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = process.stdin.take();
        let from = BufReader::new(process.stdout.take().unwrap());
        let mut agent = Self { process, to, from, begun: Value::Null };
        agent.begun = agent.read();
        agent
    }

    /// Calls a tool, and returns its result.
    #[expect(clippy::needless_pass_by_value, reason = "it is written where it is called")]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        writeln!(self.to.as_mut().unwrap(), "{}", json!([tool, arguments])).unwrap();
        self.read()
    }

    /// Its messages as channel, sender and text.
    pub fn messages(&mut self, tool: &str, arguments: Value) -> Vec<[String; 3]> {
        let result = self.call(tool, arguments);
        let messages = result["messages"].as_array().unwrap_or_else(|| panic!("{result}"));
        let part = |message: &Value, part: &str| message[part].as_str().unwrap().to_owned();
        messages.iter().map(|it| ["channel", "from", "text"].map(|name| part(it, name))).collect()
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("the agent's program runs")
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // At the end of its input it ends `chinwag mcp`, too.
        drop(self.to.take());
        let _ = self.process.wait();
    }
}
