//! Arguments, log, configuration, listener: then [`chinwag::run`].

use std::process::ExitCode;

use anyhow::{Context, Result};
use chinwag::cli::{self, Command};
use chinwag::config::{Config, Settings};
use chinwag::traces::Traces;
use chinwag::{log, shutdown};
use clap::Parser;
use mimalloc::MiMalloc;
use tokio::net::TcpListener;
use tokio::runtime;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match start() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("chinwag: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<ExitCode> {
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => {
            // The error itself might quote a line with a password.
            anyhow::bail!("the file .env can't be read: it takes lines of NAME=value");
        }
        _ => {}
    }
    let settings = Settings::parse();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(Command::Terminal(command)) = &settings.command {
        // It has no log: the terminal is for its words.
        return runtime.block_on(command.run(|| Ok(cli::own(&settings.check()?))));
    }
    let config = settings.check()?;
    if let Some(command) = settings.command {
        log::start(&config, &Traces::none())?;
        return runtime.block_on(command.run(&config));
    }
    let traces = Traces::from_environment()?;
    log::start(&config, &traces)?;
    traces.tell();
    let served = runtime.block_on(serve(config));
    traces.stop();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config) -> Result<()> {
    let shutdown = shutdown::requested()?;
    let listener = TcpListener::bind(config.address)
        .await
        .with_context(|| format!("failed to listen on {}", config.address))?;
    chinwag::run(listener, config, shutdown).await
}
