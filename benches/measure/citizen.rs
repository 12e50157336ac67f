//! People who chat: each reads the reply before they write the next line, and goes from the greeting to the receipt.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::figures::Times;
use super::line::{Line, text_event};
use super::stage::REPLIES;
use super::zalo::Zalo;

/// A reply that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

const MATTERS: [&str; 8] = [
    "trợ cấp hưu trí xã hội cho mẹ tôi",
    "cấp đổi giấy khai sinh cho con",
    "xác nhận tình trạng hôn nhân",
    "cấp giấy chứng nhận quyền sử dụng đất",
    "đăng ký hộ kinh doanh quán ăn",
    "cấp phép xây dựng nhà ở riêng lẻ",
    "đăng ký thường trú cho cả nhà",
    "trích lục khai tử của bố tôi",
];
const WARDS: [&str; 6] = ["cửa nam", "láng", "hoàn kiếm", "tây hồ", "bạch mai", "hà đông"];
const NAMES: [&str; 6] =
    ["Trần Văn Bình", "Nguyễn Thị Hoa", "Lê Minh Tuấn", "Phạm Thu Hạnh", "Vũ Đức Sơn", "Bùi Thị Yến"];
const ENDINGS: [&str; 4] = [
    "hỏi thì bảo cứ chờ. Mong cho biết bao giờ xong.",
    "gọi không ai nghe máy. Đề nghị trả lời rõ.",
    "giấy hẹn lùi hai lần rồi. Đề nghị giải quyết sớm.",
    "mỗi lần đến lại đòi thêm giấy tờ. Mong hướng dẫn một lần.",
];

/// Somebody's whole petition, line by line: alike in kind, not in words.
fn lines(random: &mut impl Rng) -> [String; 8] {
    let one = |random: &mut _, of: &[&str]| (*of.choose(random).expect("a choice")).to_owned();
    let (matter, ward) = (one(random, &MATTERS), one(random, &WARDS));
    let (day, month, file) = (random.random_range(1..28), random.random_range(1..11), random.random_range(1..100_000));
    let ending = one(random, &ENDINGS);
    [
        "Xin chào".to_owned(),
        "Đồng ý, bắt đầu".to_owned(),
        format!(
            "Tôi nộp hồ sơ số {file} {matter} từ {day}/{month}, hẹn 10 ngày làm việc, nay chưa có kết quả, {ending}"
        ),
        format!("một cửa phường {ward}"),
        one(random, &NAMES),
        format!("0901{:06}", random.random_range(0..1_000_000)),
        format!("so {} ngo {} nguyen thuong hien p cua nam", random.random_range(1..200), random.random_range(1..90)),
        "Gửi, cho đăng".to_owned(),
    ]
}

/// What came of chatting for a while.
#[derive(Default)]
pub struct Chat {
    /// From the webhook's request to the message at the send API.
    pub replies: Times,
    pub petitions: u64,
}

/// People who chat until it is over; who has sent a petition makes room for somebody new.
pub struct Crowd {
    is_over: Arc<AtomicBool>,
    people: Vec<tokio::task::JoinHandle<Chat>>,
}

impl Crowd {
    pub fn gathers(size: usize, address: SocketAddr, zalo: &Zalo) -> Self {
        Self::of_slow_readers(size, Duration::ZERO, address, zalo)
    }

    /// People who take so long to read each reply.
    pub fn of_slow_readers(size: usize, reading: Duration, address: SocketAddr, zalo: &Zalo) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let person = |_| tokio::spawn(chat(address, zalo.clone(), reading, is_over.clone()));
        let people = (0..size).map(person).collect();
        Self { is_over, people }
    }

    /// What came of it. Nobody is waited for: whoever is in the middle of the form leaves it there.
    pub async fn leaves(self) -> Chat {
        self.is_over.store(true, Ordering::Relaxed);
        let mut all = Chat::default();
        for person in self.people {
            let chat = person.await.expect("everybody is answered");
            all.replies.join(chat.replies);
            all.petitions += chat.petitions;
        }
        all
    }
}

async fn chat(address: SocketAddr, zalo: Zalo, reading: Duration, is_over: Arc<AtomicBool>) -> Chat {
    let (mut line, mut chat) = (Line::open(address).await, Chat::default());
    while !is_over.load(Ordering::Relaxed) {
        petition(&mut line, &zalo, reading, &is_over, &mut chat).await;
    }
    chat
}

/// One petition, from the greeting to the receipt.
pub async fn petition(line: &mut Line, zalo: &Zalo, reading: Duration, is_over: &AtomicBool, chat: &mut Chat) {
    let citizen = format!("{}", uuid::Uuid::new_v4().as_u128() >> 66);
    let mut phone = zalo.phone(&citizen);
    let lines = lines(&mut rand::rngs::StdRng::from_os_rng());
    for (nth, (text, reply)) in lines.iter().zip(REPLIES).enumerate() {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let event = text_event(&citizen, &format!("{citizen}-{nth}"), text);
        let asked_at = Instant::now();
        assert_eq!(line.knock(&event).await, 200, "the event is taken");
        let (came_at, said) = tokio::time::timeout(PATIENCE, phone.recv()).await.expect("a reply").expect("a phone");
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(reply), "«{text}» is answered with «{reply}», not: {said}");
        chat.replies.note(came_at - asked_at);
        chat.petitions += u64::from(nth + 1 == lines.len());
        if !reading.is_zero() {
            tokio::time::sleep(reading).await;
        }
    }
    zalo.hang_up(&citizen);
}
