//! Requests to a bucket, over connections that are kept open.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, ETAG, HOST, RANGE};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot::{self, Sender};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

pub use http::Method;

use crate::{Error, Result};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The longest answer that is read, in bytes.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// The most connections that are kept open.
const MAX_IDLE: usize = 16;

/// An answer.
pub struct Answer {
    status: StatusCode,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Content-Length`.
    pub length: Option<u64>,
    /// What follows.
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer, if the request was successful.
    pub fn successful(self) -> Result<Self> {
        match self.status {
            status if status.is_success() => Ok(self),
            StatusCode::NOT_FOUND if self.code() != Some("NoSuchBucket") => Err(Error::NotFound),
            status => Err(Error::Io(io::Error::other(self.refusal(status)))),
        }
    }

    /// Nothing, if the request was successful.
    pub fn done(self) -> Result<()> {
        self.successful().map(drop)
    }

    /// The body as text, if the request was successful.
    pub fn text(self, of: &str) -> Result<String> {
        let body = self.successful()?.body;
        Ok(String::from_utf8(body)
            .map_err(|_| io::Error::other(format!("the bucket sends {of} that is no text")))?)
    }

    /// The word for an error that the service gives.
    fn code(&self) -> Option<&str> {
        let text = str::from_utf8(&self.body).ok()?;
        let (_, rest) = text.split_once("<Code>")?;
        let (code, _) = rest.split_once("</Code>")?;
        code.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(code)
    }

    fn refusal(&self, status: StatusCode) -> String {
        let code = self.code().unwrap_or("without a reason");
        match status {
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => format!(
                "the bucket refuses the access key ({code}): check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and its rights"
            ),
            StatusCode::NOT_FOUND => {
                "there is no such bucket: check its name and endpoint".to_owned()
            }
            StatusCode::MOVED_PERMANENTLY => {
                "the bucket is in another region: check region".to_owned()
            }
            _ => format!("the bucket answers {} {code}", status.as_u16()),
        }
    }
}

type Connection = SendRequest<Full<Bytes>>;

/// A connection, plain or with TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Sends requests to one host, and blocks until they are answered. Connections live on a thread of their own.
pub struct Client {
    runtime: Handle,
    _open: Sender<()>,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    idle: Mutex<Vec<Connection>>,
}

impl Client {
    /// For the host of this URL, trusting the authorities that the system trusts.
    pub fn new(url: &Url) -> Result<Self> {
        let tls = if url.scheme() == "https" { Some(trusting_the_system()?) } else { None };
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let (runtime, open) = start()?;
        Ok(Self { runtime, _open: open, host, port, tls, idle: Mutex::default() })
    }

    /// Sends a request and reads the answer.
    pub fn ask(
        &self,
        method: Method,
        url: &Url,
        range: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Answer> {
        let (head, body) = (self.request(method, url, range, body.len())?, Bytes::from(body));
        let asked = async { timeout(PATIENCE, self.exchange(&head, body)).await };
        Ok(self.runtime.block_on(asked).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??)
    }

    fn request(
        &self,
        method: Method,
        url: &Url,
        range: Option<&str>,
        length: usize,
    ) -> io::Result<Request<()>> {
        let host =
            url.port().map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host));
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let mut request = Request::builder().method(method).uri(path).header(HOST, host);
        request = request.header(CONTENT_LENGTH, length);
        if let Some(range) = range {
            request = request.header(RANGE, range);
        }
        request.body(()).map_err(io::Error::other)
    }

    /// Sends over an open connection; over a new one, if none is open or the other side has closed it.
    async fn exchange(&self, head: &Request<()>, body: Bytes) -> io::Result<Answer> {
        let request = || head.clone().map(|()| Full::new(body.clone()));
        while let Some(mut sender) = self.idle() {
            if sender.ready().await.is_ok()
                && let Ok(answer) = send(&mut sender, request()).await
            {
                return Ok(self.keep(sender, answer));
            }
        }
        let mut sender = self.connect().await?;
        let answer = send(&mut sender, request()).await?;
        Ok(self.keep(sender, answer))
    }

    fn idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, sender: Connection, answer: Answer) -> Answer {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(sender);
        }
        answer
    }

    async fn connect(&self) -> io::Result<Connection> {
        let socket = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await?;
        socket.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(socket),
            Some(tls) => {
                let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
                Box::new(tls.connect(name, socket).await?)
            }
        };
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // It ends with the connection, which ends when nobody holds its sender.
        tokio::spawn(connection);
        Ok(sender)
    }
}

/// Starts the thread of the connections. It ends when the sender is dropped.
fn start() -> io::Result<(Handle, Sender<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (open, closed) = oneshot::channel::<()>();
    thread::Builder::new()
        .name("bucket".to_owned())
        .spawn(move || drop(runtime.block_on(closed)))?;
    Ok((handle, open))
}

async fn send(sender: &mut Connection, request: Request<Full<Bytes>>) -> io::Result<Answer> {
    let (head, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let etag = header(ETAG).map(str::to_owned);
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(io::Error::other)?;
    Ok(Answer { status: head.status, etag, length, body: body.to_bytes().into() })
}

fn trusting_the_system() -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let reason = "this system trusts no certificate authority: install ca-certificates";
        return Err(io::Error::other(reason).into());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
