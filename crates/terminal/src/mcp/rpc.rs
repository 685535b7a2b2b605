//! JSON-RPC 2.0, as the Model Context Protocol uses it.

use serde::Deserialize;
use serde_json::{Value, json};

/// Why a request has no result: a code of JSON-RPC, and a sentence.
#[derive(Debug)]
pub struct Failure {
    code: i32,
    message: String,
}

/// A message of the agent's program.
#[derive(Debug)]
pub enum Incoming {
    /// It is answered.
    Request {
        /// By which the answer is known.
        id: Value,
        /// What to do.
        method: String,
        /// With what.
        params: Value,
    },
    /// It is not.
    Notification {
        /// What has happened.
        method: String,
        /// With what.
        params: Value,
    },
    /// An answer to a request that nobody made.
    Answer,
}

/// The properties of each kind.
#[derive(Deserialize)]
struct Parts {
    jsonrpc: String,
    id: Option<Value>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    result: Option<Value>,
    error: Option<Value>,
}

impl Failure {
    /// Not JSON.
    pub fn no_json() -> Self {
        Self { code: -32700, message: "this line is not JSON".into() }
    }

    /// Not a request.
    pub fn no_request(message: &str) -> Self {
        Self { code: -32600, message: message.into() }
    }

    /// A method that doesn't exist.
    pub fn unknown_method(method: &str) -> Self {
        Self { code: -32601, message: format!("there is no method {method}") }
    }

    /// Parameters that don't fit.
    pub fn wrong_params(message: impl Into<String>) -> Self {
        Self { code: -32602, message: message.into() }
    }

    /// The answer to the request with this `id`; `null` where that can't be read.
    pub fn answer(&self, id: &Value) -> Value {
        let error = json!({"code": self.code, "message": self.message});
        json!({"jsonrpc": "2.0", "id": id, "error": error})
    }
}

impl Incoming {
    /// Reads a message. An error has the `id`, if there is one.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(message: Value) -> Result<Self, (Value, Failure)> {
        let id = message.get("id").filter(|id| id.is_string() || id.is_number());
        let refused = id.cloned().unwrap_or(Value::Null);
        let wrong = |message: &str| (refused.clone(), Failure::no_request(message));
        let parts = serde_json::from_value(message);
        let Ok(Parts { jsonrpc, id, method, params, result, error }) = parts else {
            return Err(wrong("this is no message of JSON-RPC"));
        };
        match (method, id) {
            _ if jsonrpc != "2.0" => Err(wrong("only JSON-RPC 2.0 is spoken here")),
            (Some(method), None) => Ok(Self::Notification { method, params }),
            (Some(method), Some(id)) if id.is_string() || id.is_number() => {
                Ok(Self::Request { id, method, params })
            }
            (Some(_), Some(_)) => Err(wrong("an id is a string or a number")),
            (None, _) if result.is_some() || error.is_some() => Ok(Self::Answer),
            (None, _) => Err(wrong("a request has a method")),
        }
    }
}

/// The answer to the request with this `id`.
#[expect(clippy::needless_pass_by_value, reason = "it becomes a part of the answer")]
pub fn result(id: &Value, result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}
