//! What the forms with the switches do. Each ends where it began, or says what was wrong.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::super::Zalo;
use super::super::control::switches::{FaultKind, Wish};
use super::super::control::{Impossible, patched};
use super::super::event::Signing;
use super::super::fault::Call;
use super::super::quirk::Quirk;
use super::controls::name;

type Done = Result<Redirect, Impossible>;
type Fields = HashMap<String, String>;

/// A fault for one kind of call; empty fields are none.
#[derive(Deserialize)]
pub struct WishForm {
    call: Call,
    kind: FaultKind,
    #[serde(default)]
    code: String,
    #[serde(default)]
    count: String,
}

pub async fn wish(State(zalo): State<Zalo>, Form(form): Form<WishForm>) -> Done {
    let WishForm { call, kind, code, count } = form;
    let code = number(&code)?;
    Wish { call, kind, code, seconds: None, count: number(&count)? }.fulfil(&zalo)?;
    Ok(Redirect::to("/#switches"))
}

fn number<T: std::str::FromStr<Err = std::num::ParseIntError>>(text: &str) -> Result<Option<T>, Impossible> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(Impossible::new) }
}

/// Every quirk by its name; the button `all` stands for all of them.
pub async fn chances(State(zalo): State<Zalo>, Form(fields): Form<Fields>) -> Done {
    let rate = |text: Option<&String>| text.and_then(|text| text.parse::<f64>().ok());
    let all = rate(fields.get("all"));
    zalo.change(|world| {
        for quirk in Quirk::ALL {
            if let Some(rate) = all.or_else(|| rate(fields.get(&name(quirk)))) {
                world.chances.set(quirk, rate);
            }
        }
    });
    Ok(Redirect::to("/#switches"))
}

/// All manners at once: what is not ticked is off.
pub async fn ways(State(zalo): State<Zalo>, Form(fields): Form<Fields>) -> Done {
    let manners = changed(&zalo.world().manners.clone(), &fields)?;
    zalo.change(|world| world.manners = manners);
    Ok(Redirect::to("/#switches"))
}

/// How somebody stands to the account, and their number.
pub async fn standing(State(zalo): State<Zalo>, Path(number): Path<usize>, Form(fields): Form<Fields>) -> Done {
    let phone = super::form::phone(zalo, number).map_err(|_| Impossible::new("there is no such phone"))?;
    let new = changed(&phone.standing(), &fields)?;
    phone.stands(|standing| *standing = new);
    if let Some(number) = fields.get("number").filter(|number| !number.is_empty()) {
        phone.has_number(number);
    }
    Ok(super::form::back_to(number))
}

#[derive(Deserialize)]
pub struct Pressed {
    switch: String,
}

/// Whatever one button does.
pub async fn press(State(zalo): State<Zalo>, Form(pressed): Form<Pressed>) -> Done {
    match pressed.switch.as_str() {
        "expire-token" => zalo.expire_access_token(),
        "lose-token" => zalo.lose_refresh_token(),
        "expire-uploads" => zalo.expire_uploads(),
        "test-missing" => drop(zalo.console_test(Signing::Missing).await),
        "test-wrong" => drop(zalo.console_test(Signing::Wrong).await),
        "test-right" => drop(zalo.console_test(Signing::Right).await),
        _ => return Err(Impossible::new("there is no such switch")),
    }
    Ok(Redirect::to("/#switches"))
}

/// `current` as the form has it: ticks as booleans, numbers as numbers.
fn changed<T: Serialize + DeserializeOwned>(current: &T, fields: &Fields) -> Result<T, Impossible> {
    let mut patch = serde_json::to_value(current).map_err(Impossible::new)?;
    for (name, value) in patch.as_object_mut().into_iter().flatten() {
        let given = fields.get(name);
        *value = match (&*value, given) {
            (Value::Bool(_), given) => json!(given.is_some()),
            (Value::Number(_), Some(text)) => {
                let text = text.trim().replace(',', ".");
                serde_json::from_str(&text).map_err(|_| Impossible::new(format!("{name}: {text} is no number")))?
            }
            (_, Some(text)) => json!(text),
            (old, None) => old.clone(),
        };
    }
    patched(current, &patch)
}
