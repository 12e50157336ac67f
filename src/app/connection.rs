//! `connect`: the Official Account's administrator lets the service speak for it.

use anyhow::{Context, anyhow};

use super::connect;
use crate::clock::Clock;
use crate::config::Settings;
use crate::zalo::token::Application;
use crate::zalo::token::consent::{Consents, Party, Return};

/// The application of these settings.
pub(super) fn application(settings: &Settings) -> reqwest::Result<Application> {
    let secret = settings.zalo_app_secret.clone();
    Application::new(&settings.zalo_oauth_url, &settings.zalo_app_id, secret, &settings.zalo_token_key)
}

pub(super) fn consents(settings: &Settings, application: Application) -> Consents {
    let verifier = settings.zalo_code_verifier.clone();
    Consents::new(application, &settings.zalo_oa_id, &settings.public_url, verifier)
}

/// Prints Zalo's page on which to consent, and what to do there. The address works for ten minutes, once.
pub async fn begin(settings: &Settings, clock: &Clock) -> anyhow::Result<()> {
    let pool = connect::postgres(&settings.database_url).await?;
    super::prepare(&pool).await?;
    let consents = consents(settings, application(settings)?);
    let address = consents.begin(&pool, Party::Operator, clock.now()).await?;
    println!("{}", steps(&consents, address.as_str()));
    Ok(())
}

/// Ends a consent with what the browser came back with.
pub async fn finish(settings: &Settings, pasted: &str, clock: &Clock) -> anyhow::Result<()> {
    let pool = connect::postgres(&settings.database_url).await?;
    let consents = consents(settings, application(settings)?);
    let finished = consents.finish(&pool, Return::pasted(pasted), Party::Operator, clock.now()).await;
    finished
        .map_err(|error| {
            let said = consents.explain(&error);
            anyhow!(error).context(said)
        })
        .context("Chưa kết nối được")?;
    println!(
        "Đã kết nối với Official Account {}. Các máy chủ dùng quyền mới ngay, không cần khởi động lại.",
        consents.oa_id()
    );
    Ok(())
}

fn steps(consents: &Consents, address: &str) -> String {
    let (oa_id, callback) = (consents.oa_id(), consents.redirect_uri());
    format!(
        "Kết nối dịch vụ với Official Account {oa_id}\n\
         \n\
         1. Trong 10 phút tới, mở địa chỉ này bằng trình duyệt, đăng nhập Zalo bằng tài khoản quản trị Official Account, rồi \
         bấm đồng ý:\n\
         \n   {address}\n\
         \n\
         2. Trình duyệt quay về {callback}. Đăng nhập trang cán bộ (đơn vị đầu mối) nếu được hỏi; trang báo “Đã kết nối” là \
         xong.\n\
         \n\
         3. Nếu trang đó không mở được: chép cả địa chỉ trên thanh trình duyệt rồi chạy\n\
         \n   zalo-petitions connect --code 'ĐỊA CHỈ VỪA CHÉP'\n\
         \n\
         Zalo báo lỗi -14003: đăng ký {callback} làm địa chỉ quay về của ứng dụng trên developers.zalo.me rồi chạy lại."
    )
}
