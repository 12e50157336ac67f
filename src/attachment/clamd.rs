//! Asking a virus scanner, ClamAV's `clamd`.

use std::time::Duration;

use clamav_client::tokio::{Socket, Tcp, scan_buffer};
use tokio::time::timeout;

/// A scan that takes longer counts as none.
const SCANS_WITHIN: Duration = Duration::from_secs(60);

/// Where the scanner listens: `host:port`, or the path of a socket.
#[derive(Clone, Debug)]
pub struct Clamd(String);

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Clean,
    Infected {
        /// The scanner's name for it.
        signature: String,
    },
    /// It is away, or could not say: nothing is known.
    Unknown {
        detail: String,
    },
}

impl Clamd {
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    pub(super) async fn scan(&self, bytes: &[u8]) -> Verdict {
        let asked = async {
            match self.0.contains('/') {
                true => scan_buffer(bytes, Socket { socket_path: self.0.as_str() }, None).await,
                false => scan_buffer(bytes, Tcp { host_address: self.0.as_str() }, None).await,
            }
        };
        match timeout(SCANS_WITHIN, asked).await {
            Ok(Ok(said)) => verdict(&String::from_utf8_lossy(&said)),
            Ok(Err(error)) => Verdict::Unknown { detail: error.kind().to_string() },
            Err(_) => Verdict::Unknown { detail: "no answer in time".to_owned() },
        }
    }
}

/// «stream: OK», «stream: Win.Test.EICAR_HDB-1 FOUND», «INSTREAM size limit exceeded. ERROR».
fn verdict(said: &str) -> Verdict {
    let said = said.trim_matches(['\0', '\n', ' ']);
    let about = said.strip_prefix("stream: ").unwrap_or(said);
    match about.strip_suffix(" FOUND") {
        Some(signature) => Verdict::Infected { signature: signature.to_owned() },
        None if about == "OK" => Verdict::Clean,
        None => Verdict::Unknown { detail: said.chars().take(100).collect() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ok_is_ok() {
        assert_eq!(verdict("stream: OK\0"), Verdict::Clean);
        let infected = Verdict::Infected { signature: "Win.Test.EICAR_HDB-1".to_owned() };
        assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND\0"), infected);
        for said in ["", "INSTREAM size limit exceeded. ERROR\0", "stream: OK FOUND ERROR", "UNKNOWN COMMAND"] {
            assert!(matches!(verdict(said), Verdict::Unknown { .. }), "{said}");
        }
    }
}
