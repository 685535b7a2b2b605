//! The way to a collector of traces: HTTP/1.1 over the connections that the client makes, plain or with TLS.
//!
//! It runs on the exporter's own thread, which may wait.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chinwag_client::{Address, stream};
use http::{Request, Response, StatusCode};
use opentelemetry_http::{HttpClient, HttpError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::runtime;
use tokio::time::timeout;

/// How long a collector may take for what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most that is read of the line that answers, in bytes.
const MOST: u64 = 1024;

/// Sends what the exporter has, each batch by a connection of its own.
#[derive(Default, Debug)]
pub struct Collector {
    /// Whether the last batch was lost, so that the log tells the first loss and not each.
    loses: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let status = runtime.block_on(async { timeout(PATIENCE, post(&request)).await });
        let status = status.unwrap_or_else(|_| Err("it did not answer in time".into()));
        self.tell(&status);
        Ok(Response::builder().status(status?).body(Bytes::new())?)
    }
}

impl Collector {
    fn tell(&self, status: &Result<StatusCode, HttpError>) {
        let problem = match status {
            Ok(status) if status.is_success() => None,
            Ok(status) => Some(format!("it answered {status}")),
            Err(error) => Some(error.to_string()),
        };
        let lost = self.loses.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(problem) if !lost => {
                tracing::warn!(
                    problem,
                    "the collector takes no traces; they are lost until it does"
                );
            }
            None if lost => tracing::info!("the collector takes traces again"),
            _ => {}
        }
    }
}

/// The status is all that counts of an answer.
async fn post(request: &Request<Bytes>) -> Result<StatusCode, HttpError> {
    let uri = request.uri();
    let authority = uri.authority().ok_or("its URL names no host")?;
    let scheme = uri.scheme_str().unwrap_or("http");
    let address: Address = format!("{scheme}://{authority}").parse()?;
    let mut stream = BufReader::new(stream::connect(&address).await?);
    stream.write_all(&head(request, authority.as_str())).await?;
    stream.write_all(request.body()).await?;
    stream.flush().await?;
    let mut answer = String::new();
    stream.take(MOST).read_line(&mut answer).await?;
    let status = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    let status = status.ok_or_else(|| io::Error::other("it does not speak HTTP"))?;
    Ok(status.trim().parse()?)
}

fn head(request: &Request<Bytes>, authority: &str) -> Vec<u8> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let length = request.body().len();
    let mut head = format!(
        "{} {path} HTTP/1.1\r\nhost: {authority}\r\ncontent-length: {length}\r\nconnection: close\r\n",
        request.method()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
