//! What is found alike when it is filed: the same place, the same days, much the same words.

use sqlx::PgPool;

use super::{filed, samples};
use crate::visitor::Office;

/// A counter that gave out no more numbers, as six people tell it.
pub const COUNTER: [&str; 6] = [
    "Sáng nay 19/11 tôi ra Bộ phận Một cửa phường Láng lấy số từ 8 giờ, đến 9 giờ thì ngừng phát số, bảo hết chỉ tiêu trong \
     ngày. Nhiều người phải về. Đề nghị xem lại việc phát số.",
    "toi ra mot cua phuong lang luc 9h15 thi bao ve bao da ngung phat so, hom sau quay lai. lam the nay thi nguoi di lam khong \
     the nop ho so duoc",
    "Một cửa phường Láng ngừng phát số thứ tự từ 9 giờ sáng, không thông báo trước, không giải thích. Mong thành phố kiểm tra.",
    "Kính gửi UBND thành phố. Ngày 20/11 tôi đến bộ phận Một cửa của UBND phường Láng làm thủ tục chứng thực, được thông báo đã \
     ngừng phát số từ 9 giờ vì quá tải. Tôi xin nghỉ làm cả buổi mà không nộp được hồ sơ. Đề nghị phường phát thêm số.",
    "p lang ngung phat so tu 9h, dan lay so tu 7h sang phai ve. de nghi phuong phat them so",
    "Tôi đi 3 ngày liền không lấy được số ở một cửa phường Láng, cứ 9h là ngừng phát số, để nộp hồ sơ khai sinh cho con.",
];

/// Other matters at the same counter in the same days.
const OTHERS: [&str; 4] = [
    "Tôi nộp hồ sơ khai sinh cho con ở Bộ phận Một cửa phường Láng từ 2/11, hẹn 5 ngày làm việc mà đến nay chưa có kết quả. Đề \
     nghị kiểm tra.",
    "Một cửa phường Láng yêu cầu tôi nộp thêm giấy xác nhận cư trú khi làm chứng thực, trong khi đã có VNeID. Đề nghị bỏ yêu \
     cầu này.",
    "Sáng 19/11 tôi đến phường Láng làm đăng ký hộ kinh doanh, hồ sơ bị trả lại không ghi lý do, bảo về làm lại. Đề nghị phường \
     trả lời.",
    "toi nop ho so cap doi so do o phuong lang tu thang 9 den nay chua co ket qua, goi dien khong ai nghe may. de nghi thanh \
     pho kiem tra giup",
];

/// The likeness by which each petition was put to another, and to which.
async fn proposals(office: &Office) -> Vec<(String, Option<String>)> {
    sqlx::query_as(
        "select p.reference, leader.reference from petition p left join petition leader on leader.petition_id = p.alike_id
         order by p.petition_id",
    )
    .fetch_all(&office.pool)
    .await
    .expect("petitions")
}

async fn tell(office: &Office, text: &str, more: &[(&str, &str)]) -> String {
    let title: String = text.chars().take(60).collect();
    let all: Vec<(&str, &str)> = [("title", title.as_str()), ("content", text)].iter().chain(more).copied().collect();
    office.file(&all).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_many_say_of_one_counter_is_put_together(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut told = Vec::new();
    for (text, other) in COUNTER.iter().zip(OTHERS.iter().map(Some).chain([None, None])) {
        told.push(tell(&office, text, &[]).await);
        if let Some(other) = other {
            tell(&office, other, &[]).await;
        }
        office.clock.advance(chrono::TimeDelta::hours(2));
    }
    let found = proposals(&office).await;
    let put: Vec<&String> =
        found.iter().filter(|(_, leader)| leader.is_some()).map(|(reference, _)| reference).collect();
    assert_eq!(put, told[1..].iter().collect::<Vec<_>>(), "{found:#?}");
    assert!(found.iter().all(|(_, leader)| leader.is_none() || leader.as_ref() == Some(&told[0])), "{found:#?}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn another_place_another_week_and_complaints_stand_alone(pool: PgPool) {
    let office = Office::open(pool).await;
    tell(&office, COUNTER[0], &[]).await;
    tell(&office, COUNTER[2], &[("target_agency_code", "HN-SXD")]).await;
    office.clock.advance(chrono::TimeDelta::days(4));
    tell(&office, COUNTER[3], &[]).await;
    let complaint = "Tôi khiếu nại Quyết định thu hồi đất số 2145/QĐ-UBND đối với thửa đất của gia đình tôi, yêu cầu hủy quyết \
                     định và tính lại bồi thường.";
    tell(&office, complaint, &[]).await;
    tell(&office, complaint, &[]).await;
    let conduct =
        |who: &str| format!("Sáng nay {who} ở quầy 2 một cửa phường Láng quát mắng, ném trả hồ sơ khai tử của tôi.");
    tell(&office, &conduct("anh Minh"), &[("category", "official_conduct")]).await;
    tell(&office, &conduct("chị Hoa"), &[("category", "official_conduct")]).await;
    let found = proposals(&office).await;
    assert!(found.iter().all(|(_, leader)| leader.is_none()), "{found:#?}");
    let again = tell(&office, &conduct("chị Hoa"), &[("category", "official_conduct")]).await;
    let found = proposals(&office).await;
    assert_eq!(found.last(), Some(&(again, Some(found[6].0.clone()))), "of one official, two may speak");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn thirty_different_matters_stay_thirty(pool: PgPool) {
    let office = Office::open(pool).await;
    for sample in samples() {
        filed(&office, &sample).await;
    }
    let put: Vec<_> = proposals(&office).await.into_iter().filter(|(_, leader)| leader.is_some()).collect();
    assert!(put.is_empty(), "{put:#?}");
}
