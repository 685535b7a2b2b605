//! Reads the arguments and settings, starts the log, binds the socket, and calls [`chinwag::run`].

use std::process::ExitCode;

use anyhow::Result;
use chinwag::cli::Arguments;
use chinwag::config::Config;
use chinwag::env_file::EnvFile;
use chinwag::traces::Traces;
use chinwag::{cli, listen, log, shutdown, typos};
use mimalloc::MiMalloc;
use tokio::runtime;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `EX_CONFIG` of sysexits.h: a supervisor should not restart the server before somebody corrects a setting.
const WRONG_SETTING: u8 = 78;

fn main() -> ExitCode {
    match start() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("chinwag: {error:#}");
            if error.is::<cli::BadSettings>() { WRONG_SETTING.into() } else { ExitCode::FAILURE }
        }
    }
}

fn start() -> Result<ExitCode> {
    let file = EnvFile::load();
    let (Arguments { settings, command }, matches) = cli::read();
    let config = || -> Result<Config> { Ok(cli::check(&settings, &matches, &file)?) };
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(command) = command {
        return runtime.block_on(command.run(config));
    }
    let config = config()?;
    let traces = Traces::from_environment()?;
    log::start(&config, &traces)?;
    traces.tell();
    typos::warn(&file);
    let served = runtime.block_on(serve(config));
    traces.stop();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config) -> Result<()> {
    let shutdown = shutdown::requested()?;
    let socket = listen::bind(&config.address)
        .map_err(|error| listen::explain(&error, &config.address, "SERVER_ADDRESS or PORT"))?;
    chinwag::run(socket, config, shutdown).await
}
