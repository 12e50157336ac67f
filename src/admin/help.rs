//! What each page is for, what to do first, which keys it has: short, at the head of the page, and all together on one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;

use super::AdminState;
use super::frame::{Frame, Section};
use super::visit::Visit;
use crate::http::{Failure, page};

/// Help for one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    pub title: &'static str,
    pub what: &'static str,
    /// In the order in which one does it.
    pub first: &'static [&'static str],
    pub keys: Option<&'static str>,
}

const EVERYWHERE: &str =
    "Tab và Shift+Tab đi từng mục, Enter mở hoặc bấm, phím cách chọn ô. Mọi trang dùng được chỉ bằng bàn phím.";

const ALL: &[Help] =
    &[TRIAGE, WORK, KEYED, CALLS, DATA, FIGURES, CHANNEL, DEADLINES, CLOSED_LIST, PEOPLE, AUDIT, SETTINGS, ACCOUNT];

const TRIAGE: Help = Help {
    title: "Phân loại",
    what: "Phản ánh mới, cũ nhất trước, mỗi lần một phản ánh. Máy đề nghị loại việc và nơi giải quyết; Ông/Bà quyết định.",
    first: &[
        "Đọc lời người gửi; chỗ tô màu là chữ mà máy dựa vào.",
        "Đúng việc: nhận và giao cơ quan được đề nghị, hoặc chọn cơ quan khác.",
        "Chưa rõ hoặc thiếu giấy tờ: hỏi thêm người gửi, không từ chối.",
        "Nhiều người gửi cùng một việc: gộp lại, trả lời một lần, mọi người gửi đều được báo.",
    ],
    keys: Some(
        "T nhận và giao, G giao nơi khác, C chuyển trung ương, H hỏi thêm, M gộp, X từ chối, S đóng vì không có nội dung, \
         P sửa phân loại, J và K sang phản ánh sau, trước. Phím chỉ chạy khi không ở ô nhập; tắt được ở “Tài khoản của tôi”.",
    ),
};

const WORK: Help = Help {
    title: "Việc cần làm và một phản ánh",
    what: "Danh sách phản ánh còn phải làm, gấp nhất ở trên. Mở một phản ánh để đọc lời người gửi, giao, trả lời, nhắn người gửi.",
    first: &[
        "Đọc dòng đỏ trước: đã quá hạn. Dòng vàng: sắp đến hạn.",
        "Phản ánh mới: tiếp nhận và giao đúng cơ quan trong 8 giờ làm việc, hoặc từ chối kèm nơi đúng.",
        "Trả lời nêu đã làm gì, ai làm, ngày nào, văn bản nào. Chưa ai thấy cho đến khi bấm công khai.",
        "Thiếu giấy tờ: hỏi người gửi, không từ chối. Từ lúc hỏi đến khi có, hạn trả lời tạm dừng.",
        "Hai người cùng làm một phản ánh: người sau được báo điều đã thay đổi, điều đã viết còn nguyên.",
    ],
    keys: Some("Ở ô tìm: gõ mã, tên, số điện thoại hoặc từ không dấu rồi Enter."),
};

const KEYED: Help = Help {
    title: "Ghi phản ánh",
    what: "Ghi vào sổ phản ánh đến qua đường dây nóng, tại quầy hoặc bằng thư, để mọi phản ánh ở một sổ.",
    first: &[
        "Đọc cho người gửi nghe thông báo dữ liệu, hỏi họ đồng ý không, rồi mới ghi.",
        "Ghi đúng lời người gửi, không tóm tắt. Phường, xã gõ tên cũ cũng được.",
        "Ghi xong in giấy tiếp nhận đưa người gửi, thêm ảnh, tệp nếu có.",
        "Người này không có khung chat: tin báo đi bằng tin mẫu theo số điện thoại, không được thì hiện ở Gọi điện.",
    ],
    keys: None,
};

const CALLS: Help = Help {
    title: "Gọi điện",
    what: "Người đang chờ cán bộ: ai nhắn “gặp cán bộ”, ai đang trao đổi, và ai Zalo không gửi tin tới được.",
    first: &[
        "Trả lời người muốn gặp cán bộ ngay trong khung, hoặc gọi điện; xong bấm “Kết thúc trao đổi”.",
        "Người chưa được báo: gọi, đọc nội dung cần báo, rồi ghi “Đã gọi được” hoặc “Chưa gọi được”.",
        "Chưa gọi được thì chọn ngày gọi lại; đến ngày đó người này hiện lên đầu.",
    ],
    keys: None,
};

const DATA: Help = Help {
    title: "Dữ liệu",
    what: "Yêu cầu của người dân về dữ liệu của họ: xóa, sửa, thôi đăng. Trả lời trong 2 ngày làm việc.",
    first: &["Làm theo yêu cầu, rồi ghi đã làm. Việc máy làm được ngay thì đã làm và ghi ở đây."],
    keys: None,
};

const FIGURES: Help = Help {
    title: "Số liệu",
    what: "Một tháng nhận bao nhiêu, trả lời đúng hạn bao nhiêu, từ chối và chuyển đi bao nhiêu, theo từng cơ quan.",
    first: &[
        "Đọc tỷ lệ đúng hạn cùng tỷ lệ từ chối và chuyển đi: từ chối nhiều để đúng hạn thì không phải là tốt.",
        "Cơ quan nào có việc quá hạn: mở “Việc cần làm”, lọc cơ quan đó, đôn đốc.",
    ],
    keys: None,
};

const CHANNEL: Help = Help {
    title: "Kênh Zalo",
    what: "Kênh có nhận và gửi được tin không, còn bao nhiêu lượt gửi, việc gì cần người làm.",
    first: &[
        "Câu đỏ là việc gấp, nói rõ phải làm gì và ai làm.",
        "Mất kết nối: bấm kết nối lại bằng tài khoản quản trị trang Zalo.",
    ],
    keys: None,
};

const CLOSED_LIST: Help = Help {
    title: "Danh sách kín",
    what: "Tin có dấu hiệu tố cáo. Chỉ đầu mối Thành phố thấy; không chuyển đơn vị bị nêu.",
    first: &["Đọc trong ngày, chuyển nơi có thẩm quyền ngoài hệ thống này, rồi đóng dòng."],
    keys: None,
};

const SETTINGS: Help = Help {
    title: "Lời gửi người dân, câu soạn sẵn, áp phích",
    what: "Danh bạ nơi nhận, lời trên trang công khai, lời từ chối, tin báo; câu hay dùng khi nhắn; áp phích mã QR.",
    first: &[
        "Chữ trong {…} là chỗ trống do máy điền: giữ nguyên tên chỗ trống.",
        "Ghi xong dùng ngay. Sai thì mở lại trang, bấm “Dùng lại bản này” ở bản cũ.",
        "Đổi số tổng đài: sửa cả “Tổng đài của Thành phố” và “Số tổng đài mà nút gọi bấm”.",
    ],
    keys: None,
};

const DEADLINES: Help = Help {
    title: "Thời hạn và lịch nghỉ, làm bù",
    what: "Mỗi bước được làm trong bao lâu, tính từ ngày nào; ngày nào nghỉ, ngày nào làm bù.",
    first: &[
        "Đổi thời hạn: viết bản mới với ngày bắt đầu. Bản cũ giữ nguyên, phản ánh gửi trước vẫn theo bản cũ.",
        "Đổi lịch: trước khi ghi, máy cho xem những hạn sẽ đổi; Ông/Bà chọn đổi hạn nào.",
        "Nhập lịch nghỉ năm sau trước tháng 12: hết lịch thì phản ánh mới chưa vào sổ được.",
    ],
    keys: None,
};

const PEOPLE: Help = Help {
    title: "Cán bộ và cơ quan",
    what: "Tài khoản của cán bộ, vai trò của từng người; cơ quan nào có đầu mối, có người thay.",
    first: &[
        "Cơ quan chưa có đầu mối hoặc người thay: mở tài khoản cho họ trước.",
        "Mật khẩu dùng một lần chỉ hiện một lần; người đó đổi ngay khi đăng nhập.",
        "Người thôi việc: đóng tài khoản. Phản ánh đang giao cho họ trả về đầu mối cơ quan.",
    ],
    keys: None,
};

const AUDIT: Help = Help {
    title: "Nhật ký",
    what: "Ai đã xem, ai đã sửa, lúc nào. Không ai sửa được nhật ký mà không lộ: mỗi dòng nối với dòng trước.",
    first: &["Tìm theo cán bộ, mã phản ánh, việc đã làm hoặc khoảng ngày."],
    keys: None,
};

const ACCOUNT: Help = Help {
    title: "Tài khoản của tôi",
    what: "Mật khẩu, mã xác thực, mã khôi phục, phím tắt và các phiên đang đăng nhập của Ông/Bà.",
    first: &["Thấy phiên lạ: kết thúc phiên đó, rồi đổi mật khẩu.", "Cất mã khôi phục ở nơi khác điện thoại."],
    keys: None,
};

/// The help at the head of a page of this section; none where the page is the help.
pub fn of(section: Section) -> Option<&'static Help> {
    Some(match section {
        Section::Work | Section::Publish => &WORK,
        Section::Keyed => &KEYED,
        Section::Calls => &CALLS,
        Section::Data => &DATA,
        Section::Channel => &CHANNEL,
        Section::ClosedList => &CLOSED_LIST,
        Section::Settings => &SETTINGS,
        Section::Triage => &TRIAGE,
        Section::Deadlines => &DEADLINES,
        Section::People => &PEOPLE,
        Section::Audit => &AUDIT,
        Section::Account => &ACCOUNT,
        Section::Figures => &FIGURES,
        Section::Help => return None,
    })
}

pub(super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/help", get(show))
}

#[derive(Template)]
#[template(path = "admin/templates/help_page.html", config = "src/http/askama.toml")]
struct HelpPage {
    frame: Frame,
    all: &'static [Help],
    everywhere: &'static str,
}

async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    let frame = Frame::draw(&mut *state.pool.acquire().await?, &state, &visit, Section::Help).await?;
    page(&HelpPage { frame, all: ALL, everywhere: EVERYWHERE })
}
