//! Runs cases on both stores.

/// Each case on the embedded store, and on two nodes with Redis.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        mod embedded {
            $(#[test]
            fn $case() {
                let server = crate::support::TestServer::embedded();
                super::$case(&server, &server);
            })*
        }
        mod redis {
            $(#[test]
            fn $case() {
                let redis = crate::support::TestRedis::start();
                let [here, there] = [(); 2].map(|()| crate::support::TestServer::on(&redis));
                super::$case(&here, &there);
            })*
        }
    };
}
