//! People and their phones.

use axum::Json;
use axum::extract::{Multipart, Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Zalo;
use super::super::citizen::SharedContact;
use super::super::media::is_image;
use super::super::phone::Phone;
use super::{Impossible, patched, state};

type Done = Result<Json<Value>, Impossible>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    name: String,
    /// `84…`; one is invented where none is given.
    phone: Option<String>,
    /// Writes without saying who they are.
    #[serde(default)]
    is_anonymous: bool,
    /// Has no phone on the page; thousands need none.
    #[serde(default)]
    is_off_page: bool,
}

pub async fn add(State(zalo): State<Zalo>, Json(new): Json<Newcomer>) -> Json<Value> {
    let phone = match (new.is_anonymous, new.is_off_page) {
        (true, _) => zalo.stranger(),
        (_, true) => zalo.acquaintance(&new.name),
        _ => zalo.phone(&new.name),
    };
    if let Some(number) = new.phone {
        phone.has_number(&number);
    }
    Json(state::citizen(&zalo.world(), phone.id))
}

/// Who they are, and everything on the screen, oldest first.
pub async fn screen(State(zalo): State<Zalo>, Path(number): Path<usize>) -> Done {
    let phone = phone(&zalo, number)?;
    let mut citizen = state::citizen(&zalo.world(), phone.id);
    citizen["messages"] = phone.messages().iter().map(state::bubble).collect();
    Ok(Json(citizen))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    text: String,
    /// The message it answers.
    quote: Option<String>,
}

pub async fn message(State(zalo): State<Zalo>, Path(number): Path<usize>, Json(typed): Json<Typed>) -> Done {
    let phone = phone(&zalo, number)?;
    match typed.quote {
        Some(quote) => phone.answers(&quote, &typed.text),
        None => phone.types(&typed.text),
    }
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    title: String,
}

pub async fn press(State(zalo): State<Zalo>, Path(number): Path<usize>, Json(press): Json<Press>) -> Done {
    phone(&zalo, number)?.presses(&press.title).map_err(Impossible::new)?;
    done()
}

/// One event with every part `file`, and the part `text` if there is one. All pictures: `user_send_image`; else one
/// `user_send_file` each.
pub async fn files(State(zalo): State<Zalo>, Path(number): Path<usize>, mut form: Multipart) -> Done {
    let phone = phone(&zalo, number)?;
    let (mut files, mut text) = (Vec::new(), String::new());
    while let Some(part) = form.next_field().await.map_err(Impossible::new)? {
        match (part.name(), part.file_name().map(str::to_owned)) {
            (Some("file"), Some(name)) => {
                files.push((name, part.bytes().await.map_err(Impossible::new)?.to_vec()));
            }
            (Some("text"), _) => text = part.text().await.map_err(Impossible::new)?,
            _ => {}
        }
    }
    if files.iter().all(|(name, _)| is_image(name)) {
        phone.sends_album(files, &text);
    } else {
        files.into_iter().for_each(|(name, bytes)| phone.sends_file(&name, bytes));
    }
    done()
}

pub async fn contact(State(zalo): State<Zalo>, Path(number): Path<usize>, Json(shared): Json<SharedContact>) -> Done {
    phone(&zalo, number)?.shares_contact(&shared);
    done()
}

/// Whatever else somebody can do.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    Follow {},
    Unfollow {},
    OpenChat {},
    Look {},
    /// `user_withdraw`
    Withdraw {},
    /// `user.remove.info`
    Remove {},
    /// An event that no list knows.
    SomethingNew {},
    React {
        msg_id: String,
        icon: String,
    },
    Location {
        latitude: String,
        longitude: String,
    },
    Sticker {
        id: String,
    },
    Link {
        url: String,
        description: String,
    },
    BusinessCard {
        phone: String,
        caption: String,
    },
    /// Somebody of the office writes to them in Zalo's own tool.
    HearOfficer {
        text: String,
    },
}

pub async fn act(State(zalo): State<Zalo>, Path(number): Path<usize>, Json(act): Json<Act>) -> Done {
    let phone = phone(&zalo, number)?;
    match act {
        Act::Follow {} => phone.follows(),
        Act::Unfollow {} => phone.unfollows(),
        Act::OpenChat {} => phone.opens_chat(),
        Act::Look {} => phone.looks(),
        Act::Withdraw {} => phone.withdraws(),
        Act::Remove {} => phone.is_removed(),
        Act::SomethingNew {} => phone.does_something_new(),
        Act::React { msg_id, icon } => phone.reacts(&msg_id, &icon),
        Act::Location { latitude, longitude } => phone.shares_location(&latitude, &longitude),
        Act::Sticker { id } => phone.sends_sticker(&id),
        Act::Link { url, description } => phone.sends_link(&url, &description),
        Act::BusinessCard { phone: number, caption } => phone.sends_business_card(&number, &caption),
        Act::HearOfficer { text } => phone.hears_officer(&text),
    }
    done()
}

/// How they stand to the account: some fields of [`super::super::Standing`].
pub async fn standing(State(zalo): State<Zalo>, Path(number): Path<usize>, Json(patch): Json<Value>) -> Done {
    let phone = phone(&zalo, number)?;
    let new = patched(&phone.standing(), &patch)?;
    phone.stands(|standing| *standing = new);
    done()
}

fn phone(zalo: &Zalo, number: usize) -> Result<Phone, Impossible> {
    zalo.phone_numbered(number).ok_or_else(|| Impossible::not_found("there is no such phone"))
}

fn done() -> Done {
    Ok(Json(json!({})))
}
