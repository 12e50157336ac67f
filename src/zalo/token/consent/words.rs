//! What officers and operators read when nothing came of a consent (zalo-oa 3.7).

use super::{ConsentError, Consents};
use crate::zalo::token::TokenError;

impl Consents {
    /// What is the matter and what to do, in the words of the office.
    pub fn explain(&self, error: &ConsentError) -> String {
        match error {
            ConsentError::Unknown => {
                "Lần cấp quyền này đã quá 10 phút, đã dùng rồi, hoặc do người khác bắt đầu. Bấm «Cấp \
                                      lại quyền» và làm lại từ đầu."
                    .to_owned()
            }
            ConsentError::OtherAccount => format!(
                "Zalo báo một Official Account khác đã đồng ý. Làm lại và chọn đúng Official Account có mã {}.",
                self.oa_id
            ),
            ConsentError::NoCode(said) => match said.trim().parse() {
                Ok(code) => self.explain_code(code),
                Err(_) => {
                    "Zalo không gửi mã cấp quyền về: có thể đã bấm từ chối trên trang của Zalo. Làm lại và bấm đồng \
                           ý."
                    .to_owned()
                }
            },
            ConsentError::Token(TokenError::Refused { code } | TokenError::Lost { code }) => self.explain_code(*code),
            ConsentError::Token(TokenError::Database(_)) => {
                "Zalo đã đồng ý nhưng máy chưa ghi lại được. Chờ vài phút rồi làm lại từ đầu.".to_owned()
            }
            ConsentError::Token(_) => "Zalo chưa trả lời. Chờ vài phút rồi làm lại từ đầu.".to_owned(),
        }
    }

    fn explain_code(&self, code: i64) -> String {
        match code {
            -14002 => format!(
                "Zalo không nhận ứng dụng {} (mã lỗi -14002): mã ứng dụng sai, hoặc ứng dụng chưa được kích hoạt. Kiểm tra \
                 ZALO_APP_ID và trạng thái ứng dụng trên developers.zalo.me, rồi làm lại.",
                self.app_id()
            ),
            -14003 => format!(
                "Zalo chưa biết địa chỉ quay về (mã lỗi -14003). Trên developers.zalo.me, phần Official Account của ứng \
                 dụng, đăng ký địa chỉ {} rồi làm lại.",
                self.redirect_uri
            ),
            -14029 => {
                "Ứng dụng chưa được Zalo duyệt (mã lỗi -14029). Gửi duyệt trên developers.zalo.me, được duyệt rồi làm \
                       lại."
                    .to_owned()
            }
            -14014 | -14020 => {
                format!("Quyền vừa cấp đã hết hạn hoặc đã dùng rồi (mã lỗi {code}). Làm lại từ đầu.")
            }
            code => format!(
                "Zalo từ chối (mã lỗi {code}). Kiểm tra ZALO_APP_SECRET rồi làm lại; vẫn không được thì hỏi Zalo kèm mã lỗi này."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::zalo::token::Application;

    #[test]
    fn every_refusal_says_what_to_do() {
        let oauth = "https://oauth.example".parse().expect("an address");
        let public = "https://pakn.example".parse().expect("an address");
        let application = Application::new(&oauth, "7", SecretString::from("secret"), &[]).expect("a client");
        let consents = Consents::new(application, "99", &public, None);
        for (error, says) in [
            (ConsentError::Unknown, "10 phút"),
            (ConsentError::OtherAccount, "mã 99"),
            (ConsentError::NoCode("-14003".into()), "https://pakn.example/admin/channel/connection/callback"),
            (ConsentError::NoCode("access_denied".into()), "từ chối"),
            (TokenError::Refused { code: -14002 }.into(), "ứng dụng 7"),
            (TokenError::Refused { code: -14029 }.into(), "duyệt"),
            (TokenError::Refused { code: -14012 }.into(), "-14012"),
            (TokenError::Lost { code: -14014 }.into(), "-14014"),
            (TokenError::Unclear("HTTP 502".into()).into(), "chưa trả lời"),
        ] {
            let said = consents.explain(&error);
            assert!(said.contains(says) && said.to_lowercase().contains("làm lại"), "{said}");
        }
    }
}
