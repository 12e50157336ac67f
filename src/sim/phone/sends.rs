//! What the owner of a phone sends along: pictures, files, and all the other kinds of zalo-oa 1.5.

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::super::bubble::{Bubble, Picture, Side};
use super::super::quirk::Quirk;
use super::super::world::World;
use super::super::{event, media};
use super::Phone;

impl Phone {
    /// The owner sends a picture from their phone.
    pub fn sends_photo(&self, name: &str, bytes: Vec<u8>) {
        self.sends_picture(name, bytes, true, "");
    }

    /// The owner sends any other file.
    pub fn sends_file(&self, name: &str, bytes: Vec<u8>) {
        self.sends_picture(name, bytes, false, "");
    }

    pub(in super::super) fn sends_picture(&self, name: &str, bytes: Vec<u8>, is_image: bool, text: &str) {
        self.sends_all(vec![(name.to_owned(), bytes)], is_image, text);
    }

    /// The owner sends several pictures in one message, with or without words.
    pub fn sends_album(&self, photos: Vec<(String, Vec<u8>)>, text: &str) {
        self.sends_all(photos, true, text);
    }

    fn sends_all(&self, files: Vec<(String, Vec<u8>)>, is_image: bool, text: &str) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let mut bubbles = Vec::new();
            let mut attachments = Vec::new();
            for (name, bytes) in files {
                let checksum = checksum(world, &bytes);
                let size = bytes.len();
                let path = media::keep(&mut world.media, &name, bytes, at);
                let url = format!("{}{path}", world.media_host);
                attachments.push(attachment(is_image, &name, &url, size, &checksum));
                let words = if bubbles.is_empty() { text } else { "" };
                let picture = Some(Picture { name, path, is_image });
                bubbles.push(Bubble { picture, ..Bubble::new(Side::Citizen, words, at) });
            }
            // One event, one message: an album stands as several bubbles, and the last one shows that it was taken.
            let Some(last) = bubbles.pop() else { return };
            let mut message = json!({ "msg_id": last.msg_id, "attachments": attachments });
            if !text.is_empty() {
                message["text"] = json!(text);
            }
            let what = if is_image { "ảnh" } else { "tệp" };
            let name = last.picture.as_ref().map(|picture| picture.name.clone()).unwrap_or_default();
            world.note(at, format!("{} gửi {what} “{name}”", world.citizen(self.id).name));
            for bubble in &mut bubbles {
                bubble.taken_at = Some(at);
            }
            world.citizen_mut(self.id).bubbles.extend(bubbles);
            world.says(self.id, if is_image { "user_send_image" } else { "user_send_file" }, Some(last), message, at);
        });
    }

    /// The owner shares where they are, in degrees as Zalo writes them.
    pub fn shares_location(&self, latitude: &str, longitude: &str) {
        let payload = json!({ "coordinates": { "latitude": latitude, "longitude": longitude } });
        self.sends(&format!("Vị trí: {latitude}, {longitude}"), "location", "location", &payload);
    }

    /// The owner sends a sticker, by Zalo's id of it.
    pub fn sends_sticker(&self, sticker_id: &str) {
        let url = format!("{}/sticker/{sticker_id}", self.zalo.world().media_host);
        self.sends("Nhãn dán", "sticker", "sticker", &json!({ "id": sticker_id, "url": url }));
    }

    /// The owner speaks instead of writing; `name` says in which format.
    pub fn sends_voice(&self, name: &str, bytes: Vec<u8>) {
        let url = self.keeps(name, bytes);
        self.sends("Tin thoại", "audio", "audio", &json!({ "url": url }));
    }

    /// The owner sends a film.
    pub fn sends_video(&self, name: &str, bytes: Vec<u8>) {
        let url = self.keeps(name, bytes);
        self.sends("Video", "video", "video", &json!({ "thumbnail": url, "description": "", "url": url }));
    }

    /// The owner sends a moving picture.
    pub fn sends_gif(&self, name: &str, bytes: Vec<u8>) {
        let url = self.keeps(name, bytes);
        self.sends("Ảnh động", "gif", "gif", &json!({ "thumbnail": url, "url": url }));
    }

    /// The owner sends an address of the web.
    pub fn sends_link(&self, url: &str, description: &str) {
        let payload = json!({ "thumbnail": "", "description": description, "url": url });
        self.sends(&format!("{description}\n{url}"), "link", "link", &payload);
    }

    /// The owner sends somebody's business card: a link whose description is itself JSON.
    pub fn sends_business_card(&self, phone: &str, caption: &str) {
        let description = json!({ "phone": phone, "caption": caption, "qrCodeUrl": "" }).to_string();
        let payload = json!({ "thumbnail": "", "description": description, "url": "" });
        self.sends(&format!("Danh thiếp: {caption}, {phone}"), "business_card", "link", &payload);
    }

    /// The owner reacts to a message (`/-heart`), or takes that back (`/-remove`).
    pub fn reacts(&self, msg_id: &str, icon: &str) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let bubbles = &mut world.citizen_mut(self.id).bubbles;
            if let Some(bubble) = bubbles.iter_mut().find(|bubble| bubble.msg_id == msg_id) {
                bubble.reaction = (icon != "/-remove").then(|| icon.to_owned());
            }
            let message = json!({ "msg_id": msg_id, "react_icon": icon });
            world.happens(self.id, |settings, citizen, at| event::reaction(settings, citizen, message, at), at);
        });
    }

    fn sends(&self, shown: &str, event: &str, kind: &str, payload: &Value) {
        let at = self.zalo.now();
        let bubble = Bubble::new(Side::Citizen, shown, at);
        let message = json!({ "msg_id": bubble.msg_id, "attachments": [{ "type": kind, "payload": payload }] });
        self.zalo.change(|world| {
            let sent = format!("{} gửi {}", world.citizen(self.id).name, shown.lines().next().unwrap_or_default());
            world.note(at, sent);
            world.says(self.id, &format!("user_send_{event}"), Some(bubble), message, at);
        });
    }

    /// Puts a file on the media host; gives its address.
    fn keeps(&self, name: &str, bytes: Vec<u8>) -> String {
        let at = self.zalo.now();
        let mut world = self.zalo.world();
        let path = media::keep(&mut world.media, name, bytes, at);
        format!("{}{path}", world.media_host)
    }
}

fn attachment(is_image: bool, name: &str, url: &str, size: usize, checksum: &str) -> Value {
    if is_image {
        return json!({ "type": "image", "payload": { "thumbnail": url, "url": url } });
    }
    let kind = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let payload = json!({ "url": url, "size": size.to_string(), "name": name, "checksum": checksum, "type": kind });
    json!({ "type": "file", "payload": payload })
}

/// MD5 of the file, or now and then of another.
fn checksum(world: &mut World, bytes: &[u8]) -> String {
    let is_wrong = world.chances.strikes(Quirk::WrongChecksum);
    hex::encode(Md5::digest(if is_wrong { b"another file".as_slice() } else { bytes }))
}
