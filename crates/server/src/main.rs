//! Arguments, log, configuration, listener: then [`chinwag::run`].

use std::process::ExitCode;

use anyhow::{Context, Result};
use chinwag::config::Config;
use chinwag::env_file::EnvFile;
use chinwag::traces::Traces;
use chinwag::{cli, listen, log, shutdown};
use mimalloc::MiMalloc;
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
    let file = EnvFile::load();
    let (mut settings, matches) = cli::read();
    let command = settings.command.take();
    let config = || -> Result<Config> {
        file.check()?;
        settings.check().map_err(|wrong| cli::explain(wrong, &matches, &file))
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(command) = command {
        return runtime.block_on(command.run(config));
    }
    let config = config()?;
    let traces = Traces::from_environment()?;
    log::start(&config, &traces)?;
    traces.tell();
    let served = runtime.block_on(serve(config));
    traces.stop();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config) -> Result<()> {
    let shutdown = shutdown::requested()?;
    let socket = listen::bind(&config.address)
        .with_context(|| format!("failed to listen on {}", config.address))?;
    chinwag::run(socket, config, shutdown).await
}
