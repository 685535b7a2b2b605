//! Runs the server, from a bound socket and the settings to its end.

use std::future::Future;
use std::io::{IsTerminal, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{JoinHandle, available_parallelism};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::redis::RedisStore;
use chinwag_store::{Feed, LinkKind, Store, vital};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::app::App;
use crate::commands::links;
use crate::config::{Config, StoreConfig};
use crate::control;
use crate::core;
use crate::deletions;
use crate::feed::Dispatcher;
use crate::files::Files;
use crate::followers::search::Search;
use crate::http;
use crate::limits::Limits;
use crate::limits::admission::{Admission, FULL_RETRY};
use crate::limits::people::People;
use crate::link_secret::LinkSecret;
use crate::listen::Bound;
use crate::mailbox::{Mailbox, Work};
use crate::metrics::Metrics;
use crate::metrics_page;
use crate::outage::Outage;
use crate::passwords::Passwords;
use crate::push::{Push, bell};
use crate::readiness::Readiness;
use crate::refusals::Refusals;
use crate::side::Side;
use crate::tls::Tls;

/// How long connections have to end once the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// How long the link for the first admin lasts, in seconds: a day.
const CLAIM_LIFETIME: u64 = 24 * 60 * 60;

/// How often the number of users online is broadcast above `PRESENCE_LIMIT`.
const PRESENCE_PERIOD: Duration = Duration::from_secs(2);

/// Serves until `shutdown` completes, then finishes the requests under way. At the start it waits until Redis can
/// be reached and has loaded its data.
///
/// # Errors
/// When the store can't be opened.
pub async fn run(socket: Bound, config: Config, shutdown: impl Future<Output = ()>) -> Result<()> {
    let count = available_parallelism().map_or(1, usize::from).min(256);
    let cores: Vec<_> = (0..count).map(|_| Arc::<Mailbox>::default()).collect();
    let admission = Arc::new(Admission::new(&config));
    let metrics = Metrics::new(count, admission.most())?;
    let interruptions = metrics.feed_interruptions.clone();
    let (bell, waiting) = bell();
    let bell = config.push_hosts.is_some().then_some(bell);
    let dispatcher = Dispatcher::new(cores.clone(), config.presence_limit, interruptions, bell);
    let dispatcher = Arc::new(dispatcher);
    let mut shutdown = pin!(shutdown);
    let store = tokio::select! {
        store = open_store(&config.store, &dispatcher) => store?,
        () = &mut shutdown => return Ok(()),
    };
    // An authority that issues a certificate connects to this server, so the order waits for the store.
    let tls =
        config.tls.as_ref().map(|tls| Tls::start(tls, metrics.certificate_expiry())).transpose()?;
    dispatcher.connect(&store);
    let search = Search::start(Arc::clone(&store), config.data_dir.as_deref())?;
    let (stop, stopping) = watch::channel(false);
    // Connections are accepted from here on, when they can be served.
    let listener = socket.listen().context("failed to listen")?;
    let started = Instant::now();
    let port = listener.local_addr()?.port();
    let push = open_push(&config, &store, &metrics, port).await?;
    let files = Files::open(&config, &store).await?;
    let app = Arc::new(App {
        files,
        sizes: App::sizes(&config),
        passwords: Passwords::new(count)?,
        admission,
        limits: Limits::new(&config),
        people: People::new(&config),
        tls,
        refusals: Refusals::new(metrics.refused_sign_ins()),
        metrics,
        config,
        store,
        search,
        readiness: Readiness::default(),
        dispatcher,
        deletions: Notify::new(),
        push,
        side: Side::start().context("failed to start a thread")?,
        cores,
        port,
        started,
        outage: Outage::new(started),
        stopping,
        warned_of_proxy: AtomicBool::new(false),
    });
    let threads = start_cores(&app)?;
    let metrics = metrics_page::serve(&app)?;
    let presence = vital::task("the count of users online", tell_presence(Arc::clone(&app)));
    let changes = Arc::clone(&app.dispatcher);
    let changes = vital::task("changes to messages", async move { changes.send_changes().await });
    let sweeping =
        app.files.clone().map(|files| vital::task("the deletion of files", files.sweep()));
    let comparing =
        app.files.clone().map(|files| vital::task("the comparison of files", files.compare()));
    let ringing = app.push.clone().map(|push| vital::task("notifications", push.ring(waiting)));
    let deletions = vital::task("deletions of messages", deletions::run(Arc::clone(&app)));
    let control = control::serve(&app, &listener.local_addr()?.to_string());
    let scheme = if app.tls.is_some() { "https" } else { "http" };
    tracing::info!("listening on {scheme}://{}", listener.local_addr()?);
    lead_to_an_admin(&app).await;
    tokio::select! {
        () = &mut shutdown => {}
        () = accept(&listener, &app) => {}
    }
    tracing::info!("stopping");
    // The socket's file goes first: once the address is free, another server may make one of that name.
    drop(control);
    drop(listener);
    presence.abort();
    changes.abort();
    deletions.abort();
    if let Some(ringing) = ringing {
        ringing.abort();
    }
    for task in [sweeping, comparing].into_iter().flatten() {
        task.abort();
    }
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    // A receiver is in the app, so that this can't fail.
    let _ = stop.send(true);
    end(&app, threads).await;
    Ok(())
}

async fn open_store(config: &StoreConfig, dispatcher: &Arc<Dispatcher>) -> Result<Arc<dyn Store>> {
    let to = Arc::clone(dispatcher);
    let feed: Feed = Box::new(move |events| to.dispatch(events));
    Ok(match config {
        StoreConfig::Embedded(folder) => EmbeddedStore::open(folder, feed)?,
        StoreConfig::Redis { url, roots } => {
            if url.ends_with("#insecure") {
                tracing::warn!(
                    "REDIS_TLS_INSECURE=1: Redis's certificate is not verified, so a man in the middle can \
                     read and write everything in Redis"
                );
            }
            RedisStore::open_trusting(url, roots.clone(), feed).await?
        }
    })
}

/// While there is no admin: on a terminal an address by which to become one, else a line that says how.
async fn lead_to_an_admin(app: &App) {
    if app.store.has_admin().await.unwrap_or(true) {
        return;
    }
    if !std::io::stderr().is_terminal() {
        tracing::info!("nobody is an admin: `chinwag admin NAME` prints a link that makes one");
        return;
    }
    let claim = links::link(LinkKind::Claim, None, None, 1, CLAIM_LIFETIME);
    let Ok(secret) = LinkSecret::generate() else { return };
    match app.store.add_link(claim, secret.digest).await {
        Ok(()) => eprintln!(
            "\n    Nobody is an admin yet. To become one, open within a day:\n    {}\n",
            secret.url(&app.public_url())
        ),
        Err(error) => tracing::warn!("no link was made for the first admin: {error}"),
    }
}

async fn open_push(
    config: &Config,
    store: &Arc<dyn Store>,
    metrics: &Metrics,
    port: u16,
) -> Result<Option<Arc<Push>>> {
    let Some(hosts) = config.push_hosts.clone() else { return Ok(None) };
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"));
    Push::open(store, hosts, url, metrics.pushes()).await.map(Some)
}

fn start_cores(app: &Arc<App>) -> Result<Vec<JoinHandle<()>>> {
    let start = |(index, mailbox): (usize, &Arc<Mailbox>)| {
        let (app, mailbox) = (Arc::clone(app), Arc::clone(mailbox));
        let name = format!("core-{index}");
        vital::thread(&name.clone(), move || {
            let door = http::door(&app);
            if let Err(error) = core::run(app, index, mailbox, door) {
                tracing::error!(%error, "a core failed to start");
                vital::end(&name);
            }
        })
    };
    let threads: std::io::Result<_> = app.cores.iter().enumerate().map(start).collect();
    threads.context("failed to start the cores")
}

async fn tell_presence(app: Arc<App>) {
    let mut period = interval(PRESENCE_PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        app.dispatcher.tell_presence();
    }
}

/// Accepts connections and gives each to the core with the fewest.
async fn accept(listener: &TcpListener, app: &App) {
    loop {
        match listener.accept().await.and_then(|(socket, from)| Ok((socket.into_std()?, from))) {
            Ok((socket, mut from)) => {
                // A socket for IPv6 and IPv4 shows an address of the latter within the former.
                from.set_ip(from.ip().to_canonical());
                take(app, socket, from);
            }
            Err(error) => {
                // Out of file descriptors: waiting connections are accepted when others have closed.
                tracing::warn!(%error, "failed to accept a connection");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn take(app: &App, mut socket: TcpStream, from: SocketAddr) {
    let place = if app.config.trusted_proxies.trust(from.ip()) {
        // A proxy's clients are counted by the address in X-Forwarded-For.
        app.admission.admit_proxy()
    } else {
        if let Err(wait) = app.limits.connect(from.ip()) {
            return refuse(app, &mut socket, "429 Too Many Requests", wait.seconds());
        }
        app.admission.admit(from.ip())
    };
    let Some(place) = place else {
        return refuse(app, &mut socket, "503 Service Unavailable", FULL_RETRY);
    };
    if let Some(core) = app.cores.iter().min_by_key(|core| core.connections()) {
        core.put(Work::Socket(socket, from, place));
    }
}

fn refuse(app: &App, socket: &mut TcpStream, status: &str, retry_after: u64) {
    if app.tls.is_some() {
        // A TLS handshake would cost more than the server has left.
        return;
    }
    let refusal = format!(
        "HTTP/1.1 {status}\r\nretry-after: {retry_after}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    // The socket's buffer is empty, so this does not block. The client may have gone.
    let _ = socket.write(refusal.as_bytes());
}

/// Ends all connections, then the store.
async fn end(app: &App, threads: Vec<JoinHandle<()>>) {
    for core in &app.cores {
        core.put(Work::Stop);
    }
    let ended = tokio::task::spawn_blocking(move || {
        for thread in threads {
            // A panic would have ended the process.
            drop(thread.join());
        }
    });
    if timeout(STOP_TIMEOUT, ended).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
    if timeout(STOP_TIMEOUT, app.search.stop()).await.is_err() {
        tracing::warn!("the search index was not closed in time");
    }
    app.store.close().await;
    tracing::info!("stopped");
}
