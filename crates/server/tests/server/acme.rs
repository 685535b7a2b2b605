//! A certificate by ACME, from Let's Encrypt's own test server, pebble: it asks this server, on
//! its own port, whether it is where it says.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use chinwag_testbed::Process;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tempfile::TempDir;

use crate::support::test_certificate::{TestCertificate, connect};
use crate::support::{TestClient, TestServer};

/// Pebble, to which every name leads here.
struct Authority {
    certificate: TestCertificate,
    directory: String,
    management: String,
    _pebble: Process,
    _folder: TempDir,
}

impl Authority {
    /// It looks for every name on this port.
    fn start(port: u16) -> Self {
        let (certificate, folder) = (TestCertificate::new(), TempDir::new().unwrap());
        let [directory, management] = [(); 2].map(|()| free_address());
        let config = serde_json::json!({"pebble": {
            "listenAddress": directory, "managementListenAddress": management,
            "certificate": certificate.certificate(), "privateKey": certificate.key(),
            "httpPort": 1, "tlsPort": port, "ocspResponderURL": "",
        }});
        let file = folder.path().join("pebble.json");
        fs::write(&file, config.to_string()).unwrap();
        let mut command = Command::new("pebble");
        command.args(["-dnsserver", &lead_all_names_here(), "-config"]).arg(&file);
        command.envs([("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_WFE_NONCEREJECT", "0")]);
        let pebble = Process::start(command, &[], "ACME directory available")
            .expect("pebble is installed: `make test` sees to it");
        let directory = format!("https://{directory}/dir");
        Self { certificate, directory, management, _pebble: pebble, _folder: folder }
    }

    /// What it signs with, a new one at each of its starts.
    fn root(&self) -> CertificateDer<'static> {
        let mut stream = self.certificate.connect(&self.management);
        stream.write_all(b"GET /roots/0 HTTP/1.0\r\nhost: x\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        CertificateDer::from_pem_slice(&answer).unwrap()
    }
}

#[test]
fn a_certificate_is_ordered_and_kept() {
    let port = free_address();
    let authority = Authority::start(port.rsplit_once(':').unwrap().1.parse().unwrap());
    let trusted = authority.certificate.certificate();
    let mut server = TestServer::with(&[
        ("SERVER_ADDRESS", &port),
        ("TLS_DOMAIN", "chat.example.org, www.example.org"),
        ("ACME_EMAIL", "ada@example.org"),
        ("ACME_DIRECTORY", &authority.directory),
        ("SSL_CERT_FILE", trusted.to_str().unwrap()),
    ]);
    server.until_logged("serving a new certificate");
    let ends_later = |server: &TestServer| {
        let (metrics, now) = (server.metrics(), SystemTime::now());
        let name = "\nchinwag_certificate_expiry_seconds ";
        let ends = metrics.split_once(name).unwrap().1.split('\n').next().unwrap();
        ends.parse::<u64>().unwrap() > now.duration_since(UNIX_EPOCH).unwrap().as_secs()
    };
    assert!(ends_later(&server));
    let root = authority.root();
    for name in ["chat.example.org", "www.example.org"] {
        let stream = connect(&port, name, std::slice::from_ref(&root)).unwrap();
        TestClient::over(Box::new(stream), &port, &[]).sign_in("Ada");
    }
    assert!(connect(&port, "evil.example.org", std::slice::from_ref(&root)).is_err());
    let kept = server.data_dir().join("acme").metadata().unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o700, "there are keys in it");
    // It is there at once at the next start, with the authority gone.
    drop(authority);
    server.kill();
    server.restart();
    server.until_logged("serving the certificate in DATA_DIR/acme");
    assert!(ends_later(&server));
    connect(&port, "chat.example.org", &[root]).unwrap();
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A name server that answers every question for an address with 127.0.0.1, RFC 1035. It ends with
/// the test.
fn lead_all_names_here() -> String {
    const HEADER: usize = 12;
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((_, from)) = socket.recv_from(&mut query) {
            let name = query[HEADER..].iter().position(|&length| length == 0).unwrap();
            // Behind the name stand its type and its class.
            let question = &query[HEADER..HEADER + name + 5];
            let has_address = question[name + 1..name + 3] == [0, 1];
            let counts = [0x81, 0x80, 0, 1, 0, u8::from(has_address), 0, 0, 0, 0];
            let mut answer = [&query[..2], &counts, question].concat();
            if has_address {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
            }
            socket.send_to(&answer, from).unwrap();
        }
    });
    address
}
