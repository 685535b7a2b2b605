//! A vital thread or task that panics ends the process. Each case runs in a process of its own.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::{AccessKeys, Accounts, NewAccount, Store, User, vital};
use tempfile::TempDir;

/// The variable that names the case in the process that is to end.
const CASE: &str = "VITAL_CASE";

const SIGABRT: i32 = 6;

/// Runs a test of this file again as another process.
fn run(case: &str) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "vital::the_case", "--ignored"]).env(CASE, case);
    command.output().unwrap().status
}

#[test]
fn one_that_panics_ends_the_process() {
    for case in ["thread panics", "task panics", "writer panics"] {
        assert_eq!(run(case).signal(), Some(SIGABRT), "{case}");
    }
}

#[test]
fn one_that_ends_when_it_is_asked_leaves_the_process() {
    for case in ["thread returns", "task returns", "task is aborted", "store is closed"] {
        assert!(run(case).success(), "{case}");
    }
}

#[tokio::test]
#[ignore = "it is run by the others, in a process of its own"]
async fn the_case() {
    let dir = TempDir::new().unwrap();
    match std::env::var(CASE).unwrap().as_str() {
        "thread panics" => drop(vital::thread("it", || panic!()).unwrap().join()),
        "thread returns" => vital::thread("it", || ()).unwrap().join().unwrap(),
        "task panics" => drop(vital::task("it", async { panic!() }).await),
        "task returns" => vital::task("it", async {}).await.unwrap(),
        "task is aborted" => {
            let task = vital::task("it", std::future::pending());
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        "writer panics" => {
            let store = EmbeddedStore::open(dir.path(), Box::new(|_| panic!())).unwrap();
            let user = User { uuid: UserUuid::random(), name: "Ada".into() };
            let (folded_name, password_hash) = ("ada".to_owned(), String::new());
            let account = NewAccount { user: user.clone(), folded_name, password_hash, link: None };
            store.create_account(account).await.unwrap();
            store.revoke_all_access_keys(user.uuid, SessionUuid::random()).await.unwrap();
            std::future::pending::<()>().await;
        }
        "store is closed" => {
            let store = EmbeddedStore::open(dir.path(), Box::new(|_| ())).unwrap();
            store.close().await;
        }
        other => panic!("{other} is no case"),
    }
}
