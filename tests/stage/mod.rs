//! The real program on a stage: instances of it as an operator would start them, a small Zalo in real time, and people who
//! chat with it. For what can only be seen from outside: deaths, stops, several instances, a Postgres that restarts.

#![allow(dead_code)] // two test programs share it, and neither uses everything

pub mod crowd;
pub mod person;
pub mod register;

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use zalo_petitions::clock::Clock;
use zalo_petitions::sim::{SimSettings, Zalo};
use zalo_petitions::zalo::signature::{HEADER, sign};

pub const STORY: &str = "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi từ 5/10, hẹn 10 ngày làm việc, nay chưa có kết quả, \
                         hỏi thì bảo cứ chờ. Mong cho biết bao giờ xong.";

/// What a new citizen types from the greeting to the receipt.
pub const CONVERSATION: [&str; 8] = [
    "Xin chào",
    "Đồng ý, bắt đầu",
    STORY,
    "một cửa phường cửa nam",
    "Trần Văn Bình",
    "0901.234.567",
    "so 8 ngo 30 nguyen thuong hien p cua nam",
    "Gửi, cho đăng",
];

/// What the reply to each begins with.
pub const REPLIES: [&str; 8] = [
    "Xin chào Ông/Bà.",
    "Đã ghi đồng ý.",
    "Tôi hiểu:",
    "Nơi nộp:",
    "Số điện thoại",
    "Ông/Bà ở đâu?",
    "Mời Ông/Bà xem lại.",
    "✅ Đã gửi",
];

/// A small Zalo that runs by itself, and where instances find Postgres and Redis.
pub struct Stage {
    pub zalo: Zalo,
    pub database_url: String,
    pub redis_url: String,
    pub redis_prefix: String,
    settings: SimSettings,
    zalo_at: SocketAddr,
    folder: tempfile::TempDir,
    _stop: DropGuard,
}

impl Stage {
    /// A Zalo in real time, with a ladder of repetitions that takes seconds instead of hours.
    pub async fn set(database_url: String, redis_url: String) -> Self {
        let stop = CancellationToken::new();
        let nowhere = "http://127.0.0.1:9/".parse().expect("an address");
        let settings = SimSettings::rehearsal(nowhere, Clock::system());
        let zalo = Zalo::new(settings.clone());
        zalo.manners(|manners| manners.retry_factor = 0.004);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let zalo_at = listener.local_addr().expect("an address");
        let (served, token) = (zalo.clone(), stop.clone());
        tokio::spawn(async move { served.serve_on(listener, token).await });
        let (courier, token) = (zalo.clone(), stop.clone());
        tokio::spawn(async move { courier.deliver_forever(token).await });
        Self {
            zalo,
            database_url,
            redis_url,
            redis_prefix: format!("stage-{}", uuid::Uuid::new_v4()),
            settings,
            zalo_at,
            folder: tempfile::tempdir().expect("a folder"),
            _stop: stop.drop_guard(),
        }
    }

    /// Another instance of the program, started as an operator would.
    pub fn start(&self, listens_at: SocketAddr) -> Instance {
        let log = self.folder.path().join("log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let mut program = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"));
        program.arg("serve").stderr(log).stdout(Stdio::null());
        let zalo = &self.settings;
        let zalo_url = format!("http://{}", self.zalo_at);
        for (name, value) in [
            ("DATABASE_URL", self.database_url.as_str()),
            ("REDIS_URL", self.redis_url.as_str()),
            ("REDIS_PREFIX", self.redis_prefix.as_str()),
            ("LISTEN_ADDR", &listens_at.to_string()),
            ("PUBLIC_URL", "http://ketqua.test"),
            ("ZALO_APP_ID", &zalo.app_id),
            ("ZALO_APP_SECRET", &zalo.app_secret),
            ("ZALO_OA_ID", &zalo.oa_id),
            ("ZALO_OA_SECRET_KEY", &zalo.oa_secret),
            ("ZALO_REFRESH_TOKEN", &zalo.refresh_token),
            ("ZALO_API_URL", &zalo_url),
            ("ZALO_OAUTH_URL", &zalo_url),
            ("ZALO_TEMPLATE_URL", &zalo_url),
            ("ATTACHMENT_STORE", "memory:///"),
            ("ATTACHMENT_HOSTS", &self.zalo_at.to_string()),
            ("DIALOG_QUIET", "0"),
        ] {
            program.env(name, value);
        }
        Instance { child: program.spawn().expect("the program starts"), address: listens_at }
    }

    /// Somebody who knocks at this instance as Zalo does, and looks at each answer.
    pub fn knocker(&self, address: SocketAddr) -> Knocker {
        Knocker { settings: self.settings.clone(), http: reqwest::Client::new(), address }
    }

    /// Zalo knocks at this instance from now on.
    pub fn knock_at(&self, address: SocketAddr) {
        self.zalo.point_webhooks_at(format!("http://{address}/zalo/webhook").parse().expect("an address"));
    }
}

/// Zalo's own voice, without a Zalo behind it: signs events and posts them.
pub struct Knocker {
    settings: SimSettings,
    http: reqwest::Client,
    address: SocketAddr,
}

impl Knocker {
    /// A citizen writes something; none where nobody answers any more.
    pub async fn knock(&self, citizen: &str, message_id: &str) -> Option<reqwest::StatusCode> {
        let at = Clock::system().now().timestamp_millis().to_string();
        let event = serde_json::json!({
            "app_id": self.settings.app_id, "sender": { "id": citizen }, "recipient": { "id": self.settings.oa_id },
            "event_name": "user_send_text", "message": { "text": "Xin chào", "msg_id": message_id }, "timestamp": at,
        });
        let body = event.to_string();
        let mac = sign(&self.settings.app_id, body.as_bytes(), &at, &self.settings.oa_secret);
        let request = self.http.post(format!("http://{}/zalo/webhook", self.address)).header(HEADER, mac).body(body);
        Some(request.send().await.ok()?.status())
    }
}

/// A running program that does not outlive its test.
pub struct Instance {
    child: Child,
    pub address: SocketAddr,
}

impl Instance {
    /// `kill -9`
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("dead");
    }

    /// SIGSTOP, SIGCONT, SIGTERM …
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"));
        kill(pid, signal).expect("told");
    }

    /// Waits for its end, and says how it ended and how long that took.
    pub fn ends(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        (self.child.wait().expect("ended"), begun.elapsed())
    }

    /// Waits until it says that it can work.
    pub async fn ready(&self) {
        let begun = Instant::now();
        let answers = async || {
            let answer = reqwest::get(format!("http://{}/readyz", self.address)).await;
            answer.is_ok_and(|answer| answer.status().is_success())
        };
        while !answers().await {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} does not get ready", self.address);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have stopped by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that was free a moment ago.
pub async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("an address")
}
