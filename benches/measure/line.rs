//! A connection to the webhook that stays open, as Zalo's does. It does as little as can be, so that what is measured is the
//! other side.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zalo_petitions::clock::Clock;
use zalo_petitions::zalo::signature;

use super::ground::{APP_ID, OA_ID, OA_SECRET};

pub struct Line {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// What a citizen writes, as Zalo tells it.
pub fn text_event(citizen: &str, message_id: &str, text: &str) -> Vec<u8> {
    let at = Clock::system().now().timestamp_millis();
    format!(
        r#"{{"app_id":"{APP_ID}","sender":{{"id":"{citizen}"}},"recipient":{{"id":"{OA_ID}"}},"event_name":"user_send_text","message":{{"text":"{text}","msg_id":"{message_id}"}},"timestamp":"{at}"}}"#
    )
    .into_bytes()
}

/// The timestamp of an event of [`text_event`].
fn timestamp(event: &[u8]) -> &str {
    let tail = &event[event.len() - 15..event.len() - 2];
    std::str::from_utf8(tail).expect("digits")
}

impl Line {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("set");
        Self { stream, answer: Vec::with_capacity(1_024) }
    }

    /// Knocks with an event of [`text_event`], signed; gives the status of the answer.
    pub async fn knock(&mut self, event: &[u8]) -> u16 {
        let mac = signature::sign(APP_ID, event, timestamp(event), OA_SECRET);
        let mut request = format!(
            "POST /zalo/webhook HTTP/1.1\r\nhost: x\r\nx-zevent-signature: {mac}\r\ncontent-length: {}\r\n\r\n",
            event.len(),
        )
        .into_bytes();
        request.extend_from_slice(event);
        self.stream.write_all(&request).await.expect("written");
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await.expect("an answer");
            assert!(read > 0, "the connection was closed");
            // an answer of the webhook has no body
            if self.answer.ends_with(b"\r\n\r\n") {
                return std::str::from_utf8(&self.answer[9..12]).expect("digits").parse().expect("a status");
            }
        }
    }
}
