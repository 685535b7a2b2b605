//! The protocol as JSON Schema, and the whole conversation as one `AsyncAPI` document, for authors of clients.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::RequestId;
use crate::outgoing::By;
use crate::table::{FRAMES, FrameRow, REQUESTS, RequestRow};

/// JSON Schema of every frame that a client may send.
#[must_use]
pub fn requests() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let variants: Vec<_> = REQUESTS.iter().map(|row| request(&mut generator, row)).collect();
    root(generator, "Request", "A request, with its payload under the name of its type.", &variants)
}

/// JSON Schema of every frame that the server may send.
#[must_use]
pub fn frames() -> Value {
    let mut generator = SchemaSettings::draft07().for_serialize().into_generator();
    let variants: Vec<_> = FRAMES.iter().map(|row| frame(&mut generator, row)).collect();
    let about = "One frame from the server, with its payload under the name of its type. `id` is in the answer to a request that has one, and nowhere else.";
    let mut root = root(generator, "Frame", about, &variants);
    never_null(&mut root);
    root
}

fn root(mut generator: SchemaGenerator, title: &str, about: &str, variants: &[Value]) -> Value {
    json!({
        "$id": format!("urn:chinwag:{}", title.to_lowercase()),
        "$schema": generator.settings().meta_schema,
        "definitions": generator.take_definitions(true),
        "description": about,
        "oneOf": variants,
        "title": title,
    })
}

fn request(generator: &mut SchemaGenerator, row: &RequestRow) -> Value {
    let mut variant = variant(row.kind, row.about);
    let id = generator.subschema_for::<RequestId>();
    let properties = &mut variant["properties"];
    properties["id"] = json!({
        "anyOf": [id, { "type": "null" }],
        "description": "Repeated in the direct reply or the error.",
    });
    for (name, meaning) in BESIDE_A_PAYLOAD {
        properties[name] = json!({ "type": ["string", "null"], "description": meaning });
    }
    if let Some(part) = row.payload {
        let payload = (part.schema)(generator);
        if row.may_be_absent {
            properties[row.kind] = json!({ "anyOf": [payload, { "type": "null" }] });
        } else {
            require(&mut variant, row.kind, payload.to_value());
        }
    }
    variant
}

const BESIDE_A_PAYLOAD: [(&str, &str); 3] = [
    ("sessionUUID", "This connection's session, or empty."),
    ("SUUID", "Another name for `sessionUUID`."),
    ("userUUID", "The user who is signed in on this connection, or empty."),
];

fn frame(generator: &mut SchemaGenerator, row: &FrameRow) -> Value {
    let mut variant = variant(row.kind, row.about);
    if row.answers {
        variant["properties"]["id"] = generator.subschema_for::<RequestId>().to_value();
    }
    let by = By::of(row.kind);
    if !by.is_empty() {
        let schema = By::json_schema(generator).to_value();
        for (name, always) in by {
            let property = schema["properties"][name].clone();
            if *always {
                require(&mut variant, name, property);
            } else {
                variant["properties"][name] = property;
            }
        }
    }
    if let Some(part) = row.payload {
        let payload = (part.schema)(generator).to_value();
        require(&mut variant, row.kind, payload);
    }
    variant
}

fn variant(kind: &str, about: &str) -> Value {
    json!({
        "description": about,
        "properties": { "type": { "const": kind, "type": "string" } },
        "required": ["type"],
        "type": "object",
    })
}

fn require(variant: &mut Value, name: &str, schema: Value) {
    variant["properties"][name] = schema;
    if let Some(required) = variant["required"].as_array_mut() {
        required.push(name.into());
    }
}

/// The `AsyncAPI` 3 document, with the frames of `page` (`docs/protocol.md`) as its examples.
#[must_use]
pub fn asyncapi(version: &str, page: &str) -> Value {
    let mut schemas = Map::new();
    let mut messages = Map::new();
    for (side, root, mark) in [("request", requests(), ">>> "), ("frame", frames(), "<<< ")] {
        take_definitions(&root, &mut schemas);
        for variant in array(&root["oneOf"]) {
            let message = message(side, variant, &examples(page, mark));
            messages.insert(name(side, kind(variant)), message);
        }
    }
    let in_channel: Map<_, _> = messages
        .keys()
        .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Chinwag",
            "version": version,
            "description": "A chat on one WebSocket. Read docs/protocol.md first: it says what goes with what.",
            "license": { "name": "MIT" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": server("localhost:5000", "ws"),
            "secure": server("chat.example.org", "wss"),
        },
        "channels": { "socket": {
            "address": "/ws",
            "description": "Text frames, one JSON object a frame.",
            "messages": in_channel,
            "bindings": { "ws": { "method": "GET" } },
        } },
        "operations": operations(),
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": { "signIn": {
                "type": "userPassword",
                "description": "In the request signIn, not in the handshake: a name and a password, or an access key.",
            } },
        },
    })
}

fn server(host: &str, protocol: &str) -> Value {
    let security = [json!({ "$ref": "#/components/securitySchemes/signIn" })];
    json!({ "host": host, "protocol": protocol, "security": security })
}

fn operations() -> Map<String, Value> {
    let channel = json!({ "$ref": "#/channels/socket" });
    let mut operations = Map::new();
    for row in REQUESTS {
        let mut operation = json!({
            "action": "receive",
            "channel": channel,
            "messages": [in_channel("request", row.kind)],
        });
        let replies = row.reply.into_iter().chain(["error"]);
        let messages: Vec<_> = replies.map(|reply| in_channel("frame", reply)).collect();
        operation["reply"] = json!({ "channel": channel, "messages": messages });
        operations.insert(row.kind.to_owned(), operation);
    }
    let news = FRAMES.iter().filter(|row| row.is_news);
    let news: Vec<_> = news.map(|row| in_channel("frame", row.kind)).collect();
    operations.insert(
        "news".to_owned(),
        json!({ "action": "send", "channel": channel, "messages": news }),
    );
    operations
}

fn in_channel(side: &str, kind: &str) -> Value {
    json!({ "$ref": format!("#/channels/socket/messages/{}", name(side, kind)) })
}

fn message(side: &str, variant: &Value, examples: &[Value]) -> Value {
    let mut payload = variant.clone();
    refer_to_components(&mut payload);
    let kind = kind(variant);
    let fitting = examples.iter().filter(|frame| frame["type"] == kind);
    json!({
        "name": kind,
        "title": format!("{kind}, a {side}"),
        "summary": variant["description"],
        "payload": payload,
        "examples": fitting.map(|frame| json!({ "payload": frame })).collect::<Vec<_>>(),
    })
}

/// `signIn` and `channelMessage` are names on both sides.
fn name(side: &str, kind: &str) -> String {
    format!("{kind}{}", if side == "request" { "Request" } else { "Frame" })
}

fn kind(variant: &Value) -> &str {
    variant["properties"]["type"]["const"].as_str().unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn examples(page: &str, mark: &str) -> Vec<Value> {
    let lines = page.lines().filter_map(|line| line.trim().strip_prefix(mark));
    lines.filter_map(|frame| serde_json::from_str(frame).ok()).collect()
}

fn take_definitions(root: &Value, schemas: &mut Map<String, Value>) {
    for (name, schema) in root["definitions"].as_object().into_iter().flatten() {
        let mut schema = schema.clone();
        refer_to_components(&mut schema);
        schemas.insert(name.clone(), schema);
    }
}

fn refer_to_components(schema: &mut Value) {
    each_object(schema, &mut |object| {
        if let Some(Value::String(reference)) = object.get_mut("$ref") {
            *reference = reference.replace("#/definitions/", "#/components/schemas/");
        }
    });
}

/// The server leaves a property out and never writes `null`.
fn never_null(schema: &mut Value) {
    each_object(schema, &mut |object| {
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
        }
    });
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|inner| each_object(inner, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| each_object(inner, change)),
        _ => {}
    }
}
