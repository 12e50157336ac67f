//! How many messages a citizen has to send, from the first to the receipt (voice.md 2). Transcripts whose first line says
//! «8 tin (giới hạn 9)» are counted.

use std::path::Path;

/// The files that prove the budget, with the most that each may need.
const PROOFS: [(&str, usize); 6] = [
    ("45-typed-eight.txt", 9),
    ("46-card.txt", 6),
    ("47-returning.txt", 5),
    ("48-enterprise-typed.txt", 9),
    ("49-enterprise-card.txt", 6),
    ("50-conduct-five.txt", 6),
];

/// What a citizen sends; a tap counts as one.
const SENDS: [&str; 9] = ["> ", "tap ", "photo ", "file ", "voice", "video", "location", "contact ", "payload "];

fn sent_until_receipt(transcript: &str) -> Option<usize> {
    let (before, _) = transcript.split_once("✅ Đã gửi")?;
    let sends = |line: &&str| SENDS.iter().any(|start| line.starts_with(start));
    Some(before.lines().filter(sends).count())
}

/// «8 tin (giới hạn 9)»
fn promised(transcript: &str) -> Option<(usize, usize)> {
    let head = transcript.lines().next()?;
    let (before, after) = head.split_once(" tin (giới hạn ")?;
    let count = before.rsplit(' ').next()?.parse().ok()?;
    let limit = after.split(')').next()?.parse().ok()?;
    Some((count, limit))
}

#[test]
fn a_petition_takes_no_more_messages_than_promised() {
    let folder = Path::new("tests/transcripts");
    for (name, limit) in PROOFS {
        let transcript = std::fs::read_to_string(folder.join(name)).expect(name);
        let sent = sent_until_receipt(&transcript).expect("a receipt");
        assert_eq!(promised(&transcript), Some((sent, limit)), "{name} says how many messages it takes");
        assert!(sent <= limit, "{name}: {sent} messages, {limit} at most");
    }
}

#[test]
fn everything_a_citizen_sends_is_counted() {
    let transcript = "# T: 4 tin (giới hạn 6)\n> alo\n---\nXin chào\n\n> hồ sơ\nphoto a.jpg\n---\n* đồng ý\nGửi?\n\nwait 1m\ntap \"Gửi\"\n---\n✅ Đã gửi\n\n> cảm ơn\n---\n";
    assert_eq!(sent_until_receipt(transcript), Some(4));
    assert_eq!(promised(transcript), Some((4, 6)));
}
