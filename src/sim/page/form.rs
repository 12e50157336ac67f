//! What the page's forms do. Each ends where it began.

use axum::Form;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use chrono::TimeDelta;
use serde::Deserialize;

use super::super::Zalo;
use super::super::citizen::SharedContact;
use super::super::media::is_image;
use super::super::phone::Phone;
use super::view::Mood;

/// Who comes next.
const MORE_NAMES: [&str; 6] = ["Anh Dũng", "Chị Mai", "Bà Hạnh", "Ông Thành", "Chị Thu", "Anh Khoa"];

pub async fn add_phone(State(zalo): State<Zalo>) -> Redirect {
    let taken: Vec<String> = zalo.phones().iter().map(Phone::name).collect();
    let free = MORE_NAMES.iter().find(|name| !taken.iter().any(|other| other == *name));
    let name = free.map_or_else(|| format!("Điện thoại {}", taken.len() + 1), |name| (*name).to_owned());
    back_to(zalo.phone(&name).id.0)
}

pub async fn send_message(
    State(zalo): State<Zalo>,
    Path(number): Path<usize>,
    form: Multipart,
) -> Result<Redirect, StatusCode> {
    let phone = phone(zalo, number)?;
    let Sent { text, file } = Sent::read(form).await.map_err(|error| error.status())?;
    match file {
        Some((name, bytes)) => phone.sends_picture(&name, bytes, is_image(&name), text.trim()),
        None if !text.trim().is_empty() => phone.types(text.trim()),
        None => {}
    }
    Ok(back_to(number))
}

#[derive(Default)]
struct Sent {
    text: String,
    file: Option<(String, Vec<u8>)>,
}

impl Sent {
    async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut sent = Self::default();
        while let Some(field) = form.next_field().await? {
            let file_name = field.file_name().map(str::to_owned);
            match (field.name(), file_name) {
                (Some("text"), _) => sent.text = field.text().await?,
                // A form without a file sends an empty one without a name.
                (Some("file"), Some(name)) if !name.is_empty() => {
                    sent.file = Some((name, field.bytes().await?.to_vec()));
                }
                _ => {}
            }
        }
        Ok(sent)
    }
}

#[derive(Deserialize)]
pub struct Press {
    /// Message id and place of the button, as `0a1b….2`.
    button: String,
}

pub async fn press(
    State(zalo): State<Zalo>,
    Path(number): Path<usize>,
    Form(press): Form<Press>,
) -> Result<Redirect, StatusCode> {
    let phone = phone(zalo, number)?;
    let button = press.button.split_once('.').and_then(|(msg_id, place)| Some((msg_id, place.parse().ok()?)));
    let pressed = button.and_then(|(msg_id, place)| phone.presses_at(msg_id, place));
    pressed.map(|_| back_to(number)).ok_or(StatusCode::NOT_FOUND)
}

/// The contact form of Zalo, filled in and sent.
pub async fn share_contact(
    State(zalo): State<Zalo>,
    Path(number): Path<usize>,
    Form(shared): Form<SharedContact>,
) -> Result<Redirect, StatusCode> {
    phone(zalo, number)?.shares_contact(&shared);
    Ok(back_to(number))
}

pub async fn follow(State(zalo): State<Zalo>, Path(number): Path<usize>) -> Result<Redirect, StatusCode> {
    phone(zalo, number)?.follows();
    Ok(back_to(number))
}

#[derive(Deserialize)]
pub struct ClockMove {
    hours: u32,
}

/// Moves the clock that the simulator shares with the service, never backwards.
pub async fn move_clock(State(zalo): State<Zalo>, Form(by): Form<ClockMove>) -> Redirect {
    const A_YEAR: u32 = 366 * 24;
    let hours = by.hours.min(A_YEAR);
    zalo.settings().clock.advance(TimeDelta::hours(hours.into()));
    let at = zalo.now();
    zalo.change(|world| {
        let wait = if hours % 24 == 0 { format!("{} ngày", hours / 24) } else { format!("{hours} giờ") };
        world.note(at, format!("Đồng hồ tới thêm {wait}"));
    });
    Redirect::to("/")
}

#[derive(Deserialize)]
pub struct NewManners {
    mood: Mood,
    twice: Option<String>,
}

pub async fn change_manners(State(zalo): State<Zalo>, Form(new): Form<NewManners>) -> Redirect {
    let at = zalo.now();
    zalo.every_send(new.mood.fault());
    zalo.change(|world| {
        world.manners.sends_twice = new.twice.is_some();
        let twice = if new.twice.is_some() { ", gửi mỗi sự kiện hai lần" } else { "" };
        world.note(at, format!("Zalo: {}{twice}", new.mood.words().to_lowercase()));
    });
    Redirect::to("/")
}

pub async fn resubscribe(State(zalo): State<Zalo>) -> Redirect {
    zalo.resubscribe();
    Redirect::to("/")
}

pub fn phone(zalo: Zalo, number: usize) -> Result<Phone, StatusCode> {
    zalo.phone_numbered(number).ok_or(StatusCode::NOT_FOUND)
}

pub fn back_to(number: usize) -> Redirect {
    Redirect::to(&format!("/#phone-{number}"))
}
