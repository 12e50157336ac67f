//! What the account uploads, to be sent later.

use chrono::{DateTime, Utc};

use super::super::citizen::random_msg_id;
use super::super::media;
use super::super::rules::Refusal;
use super::super::rules::upload::{Upload, UploadKind};
use super::World;

impl World {
    /// Keeps an upload, if it is one that Zalo takes; gives its id or token.
    pub fn upload(
        &mut self,
        kind: UploadKind,
        name: &str,
        bytes: Vec<u8>,
        at: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        kind.check(name, &bytes)?;
        if self.uploads_this_month(at) >= self.manners.uploads_a_month {
            return Err(Refusal::of(-211));
        }
        self.uploaded.add(at);
        let path = media::keep(&mut self.media, name, bytes, at);
        let id = format!("{}{}", random_msg_id(), random_msg_id());
        self.uploads.insert(id.clone(), Upload { kind, name: name.to_owned(), at, path });
        Ok(id)
    }

    /// Uploads in this month of Hanoi.
    pub fn uploads_this_month(&self, at: DateTime<Utc>) -> u32 {
        self.uploaded.at(at).1
    }

    /// Everything uploaded so far cannot be sent any more (-100), as after seven days.
    pub fn expire_uploads(&mut self) {
        for upload in self.uploads.values_mut() {
            upload.at = DateTime::<Utc>::MIN_UTC;
        }
    }
}
