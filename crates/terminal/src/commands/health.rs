//! `chinwag health`: asks whether a server is ready.

use std::io::{Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chinwag_client::{Address, stream};
use clap::Args;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::plain::one_line;

/// Ask a server whether it is ready: exit code 0 if it is, 1 if not
///
/// Without a URL it asks the server that runs here with the same settings, for a container's health check.
#[derive(Args, Debug)]
pub struct Health {
    #[arg(value_name = "URL", help = "The server, such as http://localhost:5000")]
    url: Option<String>,

    /// Accept any certificate
    #[arg(long, requires = "url")]
    insecure: bool,
}

/// The server that runs here with the same settings.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether it speaks TLS.
    pub tls: bool,
}

/// The most that is read of an answer, in bytes.
const MOST: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

impl Health {
    pub async fn run(&self, own: impl FnOnce() -> Result<Own>) -> Result<ExitCode> {
        let address: Address = match &self.url {
            Some(url) => url.parse()?,
            None => own()?.url().parse()?,
        };
        // A server's own certificate is for the name by which others reach it.
        let unverified = self.insecure || self.url.is_none();
        let address = if unverified { address.unverified() } else { address };
        let asked = timeout(PATIENCE, ask(&address)).await;
        let answer = asked.with_context(|| format!("{address} did not answer in time"))??;
        let (ready, reason) = read(&answer)
            .with_context(|| format!("{address} did not answer as a Chinwag server"))?;
        writeln!(stdout(), "{}", words(ready, reason))?;
        Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Own {
    /// Where it is reached from the same machine.
    fn url(&self) -> String {
        let ip = match self.address.ip() {
            // Every address of IPv6 takes IPv4, too, and is IPv4 alone where there is no IPv6.
            ip if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            ip => ip,
        };
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", SocketAddr::new(ip, self.address.port()))
    }
}

async fn ask(address: &Address) -> Result<String> {
    let mut stream = stream::connect(address).await?;
    let authority = address.authority();
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // Over TLS the end may come without a close alert; the answer itself shows whether it is complete.
    if let Err(error) = stream.take(MOST).read_to_end(&mut answer).await
        && answer.is_empty()
    {
        return Err(error.into());
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The body of `/readyz`.
#[derive(Deserialize)]
struct Readiness {
    reasons: Vec<String>,
}

/// The result in words. A proxy in front may answer in words of its own.
fn words(ready: bool, body: &str) -> String {
    let reasons = match serde_json::from_str::<Readiness>(body) {
        Ok(readiness) => readiness.reasons.join("; "),
        Err(_) => body.to_owned(),
    };
    let reasons = one_line(&reasons);
    if ready { "ready".into() } else { format!("not ready: {reasons}") }
}

/// Whether the answer says ready, and its body.
fn read(answer: &str) -> Result<(bool, &str)> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is cut")?;
    match head.split(' ').nth(1) {
        Some("200") => Ok((true, body)),
        Some("503") => Ok((false, body)),
        other => bail!("its status is {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_200_is_ready_and_only_200_and_503_are_answers() {
        assert_eq!(read("HTTP/1.1 200 OK\r\na: b\r\n\r\nready\n").unwrap(), (true, "ready\n"));
        let busy = "HTTP/1.1 503 Service Unavailable\r\n\r\nno store\n";
        assert_eq!(read(busy).unwrap(), (false, "no store\n"));
        assert!(read("HTTP/1.1 404 Not Found\r\n\r\n").is_err());
        assert!(read("SSH-2.0").is_err());
    }

    #[test]
    fn the_reasons_are_told_in_words() {
        assert_eq!(words(true, r#"{"ready":true,"reasons":[]}"#), "ready");
        let reasons = r#"{"ready":false,"reasons":["no store","it is stopping"]}"#;
        assert_eq!(words(false, reasons), "not ready: no store; it is stopping");
        assert_eq!(words(false, "<h1>\u{1b}no</h1>\n"), "not ready: <h1>\u{fffd}no</h1>");
    }

    #[test]
    fn a_server_on_every_address_is_asked_here() {
        let url = |address: &str, tls| Own { address: address.parse().unwrap(), tls }.url();
        assert_eq!(url("0.0.0.0:80", false), "http://127.0.0.1:80");
        assert_eq!(url("[::]:443", true), "https://127.0.0.1:443");
        assert_eq!(url("10.0.0.1:80", false), "http://10.0.0.1:80");
    }
}
